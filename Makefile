# The commands a person runs. Needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DANGOL_HOME ?= .dangol
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup run test check bench images dev clean

setup: $(VENV)/.ready

# Made once; made again only when the pins change.
$(VENV)/.ready: pyproject.toml constraints.txt
	@test -x $(BIN)/python || { echo "Creating $(VENV) (once)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the pinned packages (a minute or two, once)"
	@$(BIN)/python -m pip install -qq --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable . --group dev
	@$(BIN)/python -m orchestration.dbt_project
	@touch $@

run: setup
	@$(BIN)/dangol init
	@$(BIN)/dangol demo --customers 5000 --days 60
	@$(BIN)/dangol play --days 5
	@$(BIN)/dangol run

test: setup
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint dbt_project/models
	@$(MAKE) --no-print-directory test

bench: setup
	@$(BIN)/python -m benchmarks

# Pictures of the demo's reports for the guides; after `make run`, with the machine's Chromium.
images: setup
	@$(BIN)/python docs/images/make.py

dev: setup
	@$(BIN)/dangol dev

clean:
	@rm -rf $(VENV) dbt_project/target build *.egg-info
