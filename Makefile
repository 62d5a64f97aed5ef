# Everything a developer or an operator starts by hand; `make` alone lists it. Needs Python >= 3.11 and make, no more.
# Recipes use relative paths only, so that the checkout may lie in a folder with spaces.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

bin := .venv/bin
catalogues := $(patsubst %.po,%.mo,$(wildcard src/jingwei/locale/*/LC_MESSAGES/*.po))
pages := src/jingwei/kit/static/borrowed/.whole
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHON
# Compiled modules are kept: the tests start hundreds of processes, each of which would compile the whole site anew.
unexport PYTHONDONTWRITEBYTECODE

# A browser for the journeys. Where there is none they are left out and `make test` says so,
# except with JINGWEI_REQUIRE_BROWSER=1 (as CI sets it), where that is a failure.
browser := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
needs_no_browser := not proof and not long and not journey

.PHONY: help demo stop test check proof long bench pictures lock handbook notice bundle ready ready-dev

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: ready ## a running city with sample data on this machine; prints its address and one login a role
	$(bin)/jingwei demo

stop: ## end what `make demo` started
	@if [ -x $(bin)/jingwei ]; then $(bin)/jingwei stop; else echo "Nothing is installed in .venv, so nothing runs."; fi

test: ready-dev ## the tests, journeys in a browser included; at most 15 minutes on two cores
ifneq ($(browser),)
	$(bin)/python -m pytest -n 2
else ifeq ($(JINGWEI_REQUIRE_BROWSER),1)
	@echo "No chromium was found, and JINGWEI_REQUIRE_BROWSER=1 demands one (Debian's package chromium)." >&2; exit 1
else
	$(bin)/python -m pytest -n 2 -m "$(needs_no_browser)"
	@echo "The journeys in a browser were left out: no chromium was found. Install it (Debian's package chromium) to run them."
endif

check: ready-dev ## format, lint, types, contracts, architecture, migrations, notices; at most 3 minutes
	$(bin)/ruff format --check
	$(bin)/ruff check
	$(bin)/lint-imports --no-cache
	git ls-files -z '*.html' | xargs -0 -r $(bin)/djade --check --target-version 5.2
	$(bin)/python tools/notice.py --check
	DJANGO_SETTINGS_MODULE=jingwei.project.settings $(bin)/python -m django makemigrations --check --dry-run
	$(bin)/mypy
	$(bin)/python -m pytest -q tests/architecture

proof: ready-dev ## long fault, fuzz and matrix tests; at most 35 minutes
	$(bin)/python -m pytest -m proof -n 2

long: ready-dev ## tests that take hours
	$(bin)/python -m pytest -m long --hypothesis-profile anew

bench: ready-dev ## the measured figures, each with its floor from the same run
	$(bin)/jingwei bench
	$(bin)/python -m tools.measure_map

pictures: ready-dev ## pictures/: every page of the demo's practice city, three widths, both languages; look at sheets/ first
	$(bin)/python -m tools.pictures $(if $(ONLY),--only '$(ONLY)')

lock: ready-dev ## work out requirements/*.txt anew from pyproject.toml (add UPGRADE=1 for newer versions)
	tools/lock.sh $(if $(UPGRADE),--upgrade)

handbook: ready ## write docs/handbook anew from the declarations of the types
	$(bin)/jingwei handbook --to docs/handbook

notice: ready ## write THIRD_PARTY_NOTICES.md anew
	$(bin)/python tools/notice.py

bundle: ready-dev ## dist/*.tar.gz: all that a machine without network needs, one file for x86-64 and one for aarch64
	$(bin)/python tools/bundle/build.py

ready: .venv/.ready $(pages) $(catalogues)

ready-dev: ready .venv/.ready-dev
	@$(bin)/python tools/pages.py --demand

.venv/.ready: requirements/run.txt pyproject.toml tools/prepare.sh
	@tools/prepare.sh run
	@touch $@

.venv/.ready-dev: requirements/dev.txt .venv/.ready
	@tools/prepare.sh dev
	@touch $@

# What pages borrow in the browser. Where it cannot be fetched a line says so, and the site runs without it.
$(pages): package-lock.json requirements/pages.txt src/jingwei/kit/borrowed/files.sums tools/pages.py | .venv/.ready
	@$(bin)/python tools/pages.py

# The compiled catalogues are not in git: Babel, one of our requirements, makes them, so no gettext tools are needed.
%.mo: %.po .venv/.ready
	@$(bin)/pybabel --quiet compile --input-file $< --output-file $@
