# Everything here sets itself up: `make run` and `make test` need only Python, make and a network.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
JOBS ?= 2
SECONDS ?= 300

.PHONY: help run test test-variants fuzz floats bench results ablation lint format lock clean

help:
	@echo "make run     run the tour of the language (examples/tour.grok)"
	@echo "make test    linters, type checker and all tests"
	@echo "make test-variants   the conformance programs on all machines of grokc ablate"
	@echo "make fuzz    random programs on all engines, for SECONDS=300"
	@echo "make floats  millions of floats, displayed as Python displays them"
	@echo "make bench   the benchmarks beside other languages"
	@echo "make results the same, stored, with the pages and plots that show it"
	@echo "make ablation  what each idea of the machine brings, stored and shown in the same way"
	@echo "make lint    linters and type checker alone; make format lays the sources out"
	@echo "make lock    pin the newest dependencies that pyproject.toml allows (needs uv)"
	@echo "make clean   remove what was built, the virtual environment too"

run: $(INSTALLED)
	$(BIN)/grokc run examples/tour.grok

test: $(INSTALLED)
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

test-variants: $(INSTALLED)
	$(BIN)/python -m pytest -n $(JOBS) --all-variants tests/conformance/test_variants.py $(ARGS)

fuzz: $(INSTALLED)
	$(BIN)/python -m tests.fuzz.run $(SECONDS) $(SEED)

floats: $(INSTALLED)
	$(BIN)/python -m tests.vm.test_floats 3000000

bench: $(INSTALLED)
	$(BIN)/grokc bench $(ARGS)

results: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[plots]'
	$(BIN)/grokc bench --json benchmarks/result.json --readme README.md --page docs/results.md $(ARGS)

ablation: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[plots]'
	$(BIN)/grokc ablate --json benchmarks/ablation.json --page docs/measuring.md --plots docs/plots $(ARGS)

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "grokc needs Python 3.11 or newer; choose one with: make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --quiet --upgrade \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --output-file requirements.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
