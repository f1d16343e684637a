# On a fresh machine: `make run` and `make test`. Each target installs what it needs, once.

PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
# Installed anew when the pins change, and only then.
PINS := $(shell cat requirements.lock pyproject.toml | cksum | tr ' ' '-')

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run test check coverage

help:
	@echo "make run       set up, load the data set and serve it on http://127.0.0.1:$(PORT)/ (PORT=... for another)"
	@echo "make test      every check, the whole suite on SQLite and PostgreSQL, in a real browser"
	@echo "make check     for the desk: style, imports, migrations, the suite on SQLite, without browser and slow tests"
	@echo "make coverage  the share of lines that the suite runs"

run: export DEBUG = 1
run: export PORT := $(PORT)
run: .venv/installed-run-$(PINS)
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py createcachetable
	$(BIN)/python manage.py load_dataset
	$(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: .venv/installed-test-$(PINS)
	$(BIN)/python -m tests.run

check: .venv/installed-test-$(PINS)
	$(BIN)/python -m tests.run style imports migrations quick

coverage: .venv/installed-test-$(PINS)
	$(BIN)/python -m tests.run coverage

# The pinned pip comes first: the one that Python 3.11 brings knows no dependency groups.
.venv/installed-%-$(PINS): | .venv/bin/python
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --group $*
	@rm -f .venv/installed-$*-*
	@touch $@

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) was not found: install Python 3.11 or newer, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is too old: Entente needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks its venv module: install it (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv --clear .venv
