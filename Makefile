# make demo | demo-reset | run | test | lint | messages | lock
# Choose with PYTHON=python3.12, PORT=8001, AFTERSALES_DATA=/elsewhere.

PYTHON ?= python3
PORT ?= 8000
SITE_URL ?= http://localhost:$(PORT)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
TESTS ?=
WORKERS_OF_TESTS ?= 2

export PORT SITE_URL

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset run test lint messages lock translations clean

help:
	@echo "make demo        the system with example data, at $(SITE_URL)"
	@echo "make demo-reset  the same, begun anew"
	@echo "make run         the system without example data"
	@echo "make test        the test suite"
	@echo "make lint        style and floors"
	@echo "make messages    collect the strings to translate"
	@echo "make lock        compile the requirements"

# The environment: made once, filled again when its lock file changes.

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) is missing. Install it: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is `$(PYTHON) --version`."; \
	  echo "Install one and name it: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. Install it: apt install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.made
	@echo "Installing what the program needs"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need"
	@$(PIP) -r requirements-dev.txt
	@touch $@

translations: $(VENV)/.runtime
	@$(PY) manage.py setup --translations-only

# Running. `up` is the last command, so that Ctrl-C reaches it.

# The terminal is for the address and the logins; LOG_LEVEL=INFO shows each request.
demo demo-reset: export DEMO = 1
demo demo-reset: export LOG_LEVEL ?= WARNING

demo: $(VENV)/.runtime
	@$(PY) manage.py setup
	@$(PY) manage.py demo
	@exec $(PY) manage.py up

demo-reset: $(VENV)/.runtime
	@$(PY) manage.py setup --anew
	@$(PY) manage.py demo
	@exec $(PY) manage.py up

run: $(VENV)/.runtime
	@$(PY) manage.py setup
	@exec $(PY) manage.py up

# Checking.

test: $(VENV)/.dev translations
	@$(PY) -m pytest -n $(WORKERS_OF_TESTS) $(TESTS)

lint: $(VENV)/.dev
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports --no-cache

messages: $(VENV)/.runtime
	@command -v xgettext >/dev/null || { \
	  echo "xgettext is missing. Install it: apt install gettext"; exit 1; }
	@$(PY) manage.py makemessages --locale zh_Hans --add-location file --no-wrap \
	  --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*'

UV := uv pip compile --quiet --generate-hashes --python-version 3.11 --no-header --no-emit-index-url

lock:
	@command -v uv >/dev/null || { \
	  echo "uv is missing. Install it: $(PYTHON) -m pip install uv"; exit 1; }
	@$(UV) requirements.in -o requirements.txt
	@$(UV) requirements-dev.in -o requirements-dev.txt

clean:
	@rm -rf $(VENV) .ruff_cache .pytest_cache .hypothesis
