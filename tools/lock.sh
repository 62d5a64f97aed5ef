#!/bin/sh
# Works out the pinned, hashed requirements/run.txt, dev.txt and pages.txt from pyproject.toml; `make lock` calls it.
# No registry is named in them: they install from whichever one pip is set up to use.
set -eu
cd "$(dirname "$0")/.."
uv="$PWD/.venv/bin/uv"
"$uv" pip compile --quiet --no-emit-index-url "$@" pyproject.toml --group build --output-file requirements/run.txt
"$uv" pip compile --quiet --no-emit-index-url "$@" --group pyproject.toml:dev --constraint requirements/run.txt \
    --output-file requirements/dev.txt
"$uv" pip compile --quiet --no-emit-index-url "$@" --group pyproject.toml:pages --output-file requirements/pages.txt
