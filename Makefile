# One word for each thing a contributor does; omnichannel/launcher does the work.
.POSIX:
.SUFFIXES:
.PHONY: help run install install-dev test soak bench check format acceptance lock clean

# The first Python that is new enough; PYTHON=... names another.
PYTHON = $$(for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done; true)
IN_VENV = .venv/bin/python
ARGS =
GOAL =
MINUTES = 10

help:
	@echo "make run         start everything on http://127.0.0.1:8000 (PORT=, DATA_DIR= change where)"
	@echo "make test        run every test (ARGS= goes to pytest)"
	@echo "make soak        both sides talk while something breaks every few seconds (MINUTES=10)"
	@echo "make bench       measure every speed goal, or one: GOAL=webhook (ARGS= goes to python -m bench)"
	@echo "make check       format, lint, types, imports, templates, dependencies, migrations"
	@echo "make format      bring the source code into its format"
	@echo "make acceptance  which acceptance criteria are proven by which test"
	@echo "make lock        resolve the dependencies again"
	@echo "make clean       remove .venv and caches; data stays"

run: install
	@exec $(IN_VENV) -m omnichannel.launcher run

test: install-dev
	@exec $(IN_VENV) -m pytest -n auto --maxprocesses 4 $(ARGS)

soak: install-dev
	@exec $(IN_VENV) -m tests.faults.soak --minutes $(MINUTES) $(ARGS)

check: install-dev
	@exec $(IN_VENV) -m omnichannel.launcher check

bench: install-dev
	@exec $(IN_VENV) -m bench $(GOAL) $(ARGS)

acceptance: install-dev
	@exec $(IN_VENV) -m tests.acceptance

format: install-dev
	@$(IN_VENV) -m ruff format .
	@$(IN_VENV) -m ruff check --fix .
	@$(IN_VENV) -m djlint --reformat --quiet templates

install:
	@$(INSTALL) requirements.lock

install-dev:
	@$(INSTALL) requirements-dev.lock

INSTALL = python="$(PYTHON)"; \
	command -v "$$python" >/dev/null || { echo "Python 3.11 or newer is needed and was not found; PYTHON=/path/to/python names one." >&2; exit 1; }; \
	exec "$$python" omnichannel/launcher/install.py

# With extras: older pips pin "coverage" and then still take the newest for "coverage[toml]", which has no hash here.
LOCK = $(IN_VENV) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --no-header pyproject.toml

lock: install-dev
	@$(IN_VENV) -m pip install --quiet uv
	@$(LOCK) --extra dev -o requirements-dev.lock
	@$(LOCK) -c requirements-dev.lock -o requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage* htmlcov
