# `make` does the main job, `make test` runs everything; both set up what they need first.
# `make help` lists the rest.

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test soak lab lint notebooks golden lock clean help

# The first Python that really runs and is 3.11 or newer: a pyenv shim may exist and still fail.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for python in python3.13 python3.12 python3.11 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; \
	done)
endif

VENV := .venv
NODE := tests/compat/node
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
SCENARIO ?= data/scenarios/bangkok_shop.toml
OUT ?= out

run: $(VENV)/.installed  ## simulate the shipped scenario with every strategy; tables here, report in out/
	$(BIN)/line-sim compare $(SCENARIO) --every-strategy --replications 20 --workers 2 --report $(OUT) --force

test: $(VENV)/.installed $(NODE)/node_modules/.installed  ## everything that must pass, notebooks included
	$(BIN)/python -m pytest

soak: $(VENV)/.installed  ## 200,000 calls, one mock killed in the middle; 5,000 messages, a bridge killed 50 times
	$(BIN)/python benchmarks/soak.py
	$(BIN)/python benchmarks/bridge_kills.py

lab: $(VENV)/.installed  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=notebooks

lint: $(VENV)/.installed  ## style, formatting and types; the same as the pre-commit hook
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

notebooks: $(VENV)/.installed  ## run every notebook again and store its output
	$(BIN)/python notebooks/execute.py

golden: $(VENV)/.installed  ## rewrite the frozen logs of tests/golden; review the diff
	$(BIN)/python -m pytest tests/golden --rewrite-golden --numprocesses=0

# One version of a package for every Python (--fork-strategy fewest), so that results do not depend on it.
lock: $(VENV)/.installed  ## refresh the pins (maintainers)
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 \
		--no-header --all-extras --group dev --output-file requirements.lock pyproject.toml

clean:  ## remove the environment, caches and output
	rm -rf $(VENV) $(NODE)/node_modules $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests notebooks benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

# A changed lock means a new environment: what is not in the lock is not installed.
$(VENV)/.locked: requirements.lock
	@test -n "$(PYTHON)" || { echo "line_sim needs Python 3.11 or newer; name it with: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON): $$(grep -c '==' requirements.lock) pinned packages, once; a minute or two"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(PIP) install --no-deps --no-compile --requirement requirements.lock
	@$(BIN)/python -c "import matplotlib.font_manager"  # lists the fonts now, not in a notebook
	@touch $@

# The build backend comes from the lock too, so nothing is downloaded in isolation.
$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# LINE's clients for Node, exact versions, where npm is there; tests/compat says what it skips where not.
$(NODE)/node_modules/.installed: $(NODE)/package.json
	@command -v npm >/dev/null || exit 0; \
	if npm install --prefix $(NODE) --no-package-lock --no-save --no-audit --no-fund --ignore-scripts --loglevel=error; \
	then touch $@; else echo "npm failed: the tests with Node clients will be skipped" >&2; fi
