# `make demo` and `make test` are all a newcomer needs. Everything is installed into .venv, nothing elsewhere.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
SEED ?= $(shell date +%Y%m%d)
# Without their caches, each worker compiles all tests anew: a fifth of a quick run.
unexport PYTHONDONTWRITEBYTECODE
WORKERS := -n auto --maxprocesses 4 --dist worksteal

# The first Python on the path that is new enough; `make PYTHON=/path/to/python3 …` chooses another.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)

.PHONY: help demo install dev test test-fast explore lint format docs bench bench-sizes clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-15s %s\n", $$1, $$2 }'

demo: install ## check this repository's own posts, and publish a morning to fakes; nothing leaves this machine
	@$(BIN)/cmflow check
	@$(BIN)/cmflow rehearse --at "2026-12-01 12:00" --against fakes

install: $(VENV)/.installed ## install cmflow into .venv

dev: $(VENV)/.dev ## also install what tests, docs and benchmarks need

test: lint ## run everything that must pass: lint, types, every test, branch coverage
	$(BIN)/pytest $(WORKERS) --cov --cov-fail-under=95

test-fast: $(VENV)/.dev ## run only the quick tests: no server, no browser, no long story through git
	$(BIN)/pytest $(WORKERS) -m "not slow"

explore: $(VENV)/.dev ## run ten times as many examples of the property tests, seeded by the day; SEED=N repeats a run
	@echo "Property tests, seed $(SEED): make explore SEED=$(SEED) tries the same examples again"
	CMFLOW_EXAMPLES=10 $(BIN)/pytest $(WORKERS) -m "hypothesis and not slow" \
		--hypothesis-profile=explore --hypothesis-seed=$(SEED)

lint: $(VENV)/.dev ## run ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev ## format the code and fix what ruff can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev ## write the docs that are generated from the code
	$(BIN)/python docs/build.py

bench: $(VENV)/.dev ## run the benchmarks; `make bench ARGS="due --posts 10000"` runs a part
	$(BIN)/python -m benchmarks.run $(ARGS)

bench-sizes: $(VENV)/.dev ## measure all sizes, and write the tables of benchmarks/README.md
	$(BIN)/python -m benchmarks.sizes $(ARGS)

clean: ## remove everything that make created, including .venv and caches
	rm -rf $(VENV) .cmflow .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -exec rm -rf {} +

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "cmflow needs Python 3.11 or newer, and none is on the path. Install it," \
		"or name it: make PYTHON=/path/to/python3 demo" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "cmflow needs Python 3.11 or newer;" \
		"$(PYTHON) is not. Choose another: make PYTHON=/path/to/python3 demo" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment." \
		"On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing cmflow into $(VENV), once: this takes a minute"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV), once"
	@$(PIP) install --constraint constraints.txt pip
	@$(PIP) install --constraint constraints.txt --group dev
	@touch $@
