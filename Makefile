# Two commands: `make demo` starts the playground, `make test` runs every check. Both set up what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
# `make test BROWSER=required` fails where no Chromium is found, instead of saying so.
BROWSER ?= optional

.PHONY: demo setup test bench lock clean

demo: setup
	$(BIN)/python -m bot playground

setup: $(RUN)

test: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term --cov-fail-under=100 --browser=$(BROWSER)

bench: $(DEV)
	$(BIN)/python -m benchmarks

# Writes the lock files anew from pyproject.toml; needs uv.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
		--python-version 3.11 pyproject.toml --output-file requirements/run.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
		--python-version 3.11 pyproject.toml --group dev --output-file requirements/dev.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Parley needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make demo PYTHON=python3.12") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(DEV): requirements/dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(RUN)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
