# `make` alone says what there is. Everything runs from .venv; nothing is installed outside this folder,
# except downloaded packages in the usual caches of pip and uv, so that the next time needs no network.

VENV       := .venv
BIN        := $(VENV)/bin
UV_VERSION := 0.13.9
WHEELS     := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/unbroken/wheels
MINIMUM    := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

# The first Python that is new enough and can make a virtual environment; `make PYTHON=...` chooses another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
            "$$name" -c '$(MINIMUM)' >/dev/null 2>&1 && echo "$$name" && break; done)

# uv must take the Python we chose, whatever else is active: it never downloads one.
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON := $(CURDIR)/$(BIN)/python
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/$(VENV)
unexport VIRTUAL_ENV
UV := $(BIN)/uv
READY := pyproject.toml uv.lock Makefile

# The oracles of the proofs, and over how many generated worlds `make fuzz` asks them, all together.
ORACLES := $(addprefix tests/property/,test_proof_grid.py test_proof_solvers.py test_proof_completions.py test_printed_counterexamples.py)
EXAMPLES ?= 100000

# The emulated tenant's interpreter against the evaluator: pairs of a policy and a sign-in, on one core.
LAW := tests/property/test_interpreter.py
PAIRS ?= 1000000

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench fuzz fuzz-pairs mutation clean clean-all
.DELETE_ON_ERROR:

help: ## what can be made
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-11s %s\n", $$1, $$2 }'

setup: $(VENV)/.for-development ## .venv with everything that running and developing need
	@echo "==> ready: $(BIN)/unbroken ($$($(BIN)/unbroken --version))"

demo: demo/.written ## the main job on the sample tenant: who would a tenant-wide MFA policy hit?
	@echo "==> assessing demo/tenant with the proposed policy require-mfa-all-users"
	@status=0; $(BIN)/unbroken assess demo/tenant --with demo/tenant/proposed/require-mfa-all-users.json \
	  --report demo/report.html || status=$$?; \
	if [ $$status -ne 0 ] && [ $$status -ne 2 ]; then echo "==> the demo failed (exit code $$status)" >&2; exit $$status; fi
	@echo "==> findings are the point of a demo; the report is in demo/report.html (open it in a browser)"

test: lint ## setup, lint, then every test; what this machine cannot test is listed as skipped
	@echo "==> pytest"
	@$(BIN)/pytest -n auto

lint: $(VENV)/.for-development ## style, types, and the floors of the house
	@echo "==> ruff, mypy, import-linter"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.for-development ## lay the code out as ruff wants it
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

bench: $(VENV)/.for-development ## every benchmark; figures are ratios within one run
	@for file in $(filter-out benchmarks/_%,$(wildcard benchmarks/*.py)); do echo "==> $$file"; $(BIN)/python "$$file" || exit; done

fuzz: $(VENV)/.for-development ## ask the oracles of the proofs about many random worlds (hours; EXAMPLES=2000 is a start)
	@seed=$(or $(SEED),$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')); \
	echo "==> $(EXAMPLES) worlds over $(words $(ORACLES)) files of oracles, from seed $$seed (make fuzz SEED=$$seed repeats them)"; \
	UNBROKEN_HYPOTHESIS=deep UNBROKEN_WORLDS=$(EXAMPLES) $(BIN)/pytest -n auto --dist worksteal --hypothesis-seed=$$seed $(ORACLES)
	@$(MAKE) --no-print-directory fuzz-pairs

fuzz-pairs: $(VENV)/.for-development ## ask the interpreter and the evaluator about PAIRS policies and sign-ins (minutes; part of fuzz)
	@seed=$(or $(SEED),$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')); \
	echo "==> $(PAIRS) pairs of a policy and a sign-in, from seed $$seed (make fuzz-pairs SEED=$$seed repeats them)"; \
	UNBROKEN_PAIRS=$(PAIRS) UNBROKEN_SEED=$$seed $(BIN)/pytest $(LAW)

mutation: $(VENV)/.for-development ## which small changes of the evaluator no test notices (hours; MODULE=grants takes one file)
	@$(BIN)/mutmut run --max-children $(or $(CHILDREN),2) $(if $(MODULE),'unbroken.evaluate.$(MODULE).*')
	@$(BIN)/mutmut results | grep -v "not checked$$" || echo "==> no mutant survived"

clean: ## remove what was made, but not .venv
	@rm -rf demo build dist mutants .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "==> clean; $(VENV) is still there (make clean-all removes it)"

clean-all: clean ## remove .venv as well
	@rm -rf $(VENV)

demo/.written: $(VENV)/.for-use $(wildcard src/unbroken/emulator/*.py)
	@echo "==> writing the sample tenant to demo/tenant"
	@rm -rf demo/tenant
	@$(BIN)/unbroken sample --out demo/tenant
	@touch $@

$(VENV)/.for-use: $(READY) | $(UV)
	@$(call sync,what unbroken needs to run,--no-dev)
	@touch $@

$(VENV)/.for-development: $(READY) | $(UV)
	@$(call sync,what unbroken needs to run and to be developed,)
	@touch $@ $(VENV)/.for-use

# From the cache when it holds everything, so that no network is needed twice. --inexact leaves uv itself in place.
define sync
  if $(UV) sync --locked --inexact --offline --quiet $(2) 2>/dev/null; \
  then echo "==> installed $(1), from the cache"; \
  else echo "==> installing $(1), as uv.lock says (needs the network once)"; $(UV) sync --locked --inexact --no-progress $(2); fi
endef

$(UV):
	@if [ -z "$(PYTHON)" ]; then \
	  echo "unbroken needs Python 3.11 or newer with venv; found: $$(python3 --version 2>&1 || echo none)." >&2; \
	  echo "Install it (Debian: apt install python3 python3-venv) or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@echo "==> making $(VENV) with $(PYTHON) ($$($(PYTHON) --version)) and uv $(UV_VERSION) inside"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@mkdir -p "$(WHEELS)"
	@install() { $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --find-links "$(WHEELS)" uv==$(UV_VERSION); }; \
	install 2>/dev/null || { echo "==> fetching uv $(UV_VERSION) (needs the network once)"; \
	  $(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$(WHEELS)" uv==$(UV_VERSION) && install; }
