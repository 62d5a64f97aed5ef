#!/bin/sh
# Makes .venv and installs into it what requirements/run.txt (or, with "dev", also dev.txt) pins; the Makefile calls it.
# Needs Python 3.11 or newer with venv; names what is missing and stops. Paths may hold spaces; HOME may be empty.
set -eu
cd "$(dirname "$0")/.."
python="$PWD/.venv/bin/python"

say() { printf '%s\n' "$*" >&2; }

usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

complete() { "$1" -c 'import venv, ensurepip' >/dev/null 2>&1; }

find_python() {
    bare=""
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3.13 python3.12 python3.11 python3; fi
    for candidate in "$@"; do
        usable "$candidate" || continue
        if complete "$candidate"; then printf '%s' "$candidate"; return; fi
        bare=${bare:-$candidate}
    done
    if [ -n "$bare" ]; then
        say "$bare cannot make a virtual environment: its modules venv and ensurepip are missing."
        say "On Debian or Ubuntu install the package python3-venv (apt-get install python3-venv), then run make again."
    else
        say "No Python 3.11 or newer was found (looked for: $*)."
        say "Install one, or name it: make PYTHON=/path/to/python3 demo"
    fi
    exit 1
}

if [ "${1:-run}" = dev ]; then
    say "Installing the development tools into .venv …"
    "$python" -m pip install --quiet --require-hashes --requirement requirements/dev.txt
    exit 0
fi

if ! { usable "$python" && "$python" -m pip --version >/dev/null 2>&1; }; then
    chosen=$(find_python)
    say "Making .venv with $("$chosen" --version) …"
    "$chosen" -m venv --clear .venv
fi
say "Installing Jingwei into .venv (the first time this takes a minute) …"
"$python" -m pip install --quiet --require-hashes --requirement requirements/run.txt
"$python" -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
