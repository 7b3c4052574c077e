# `make report` and `make test` start from a bare clone: they need Python 3.11 or newer, make, and a package index.

# Some machines ask Python to keep no bytecode; each process would compile simkit afresh.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The names Python is looked for under; the first one that is new enough is taken. `make PYTHON=/path/to/python report`
# names another.
PYTHON ?= python3 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
python = $(firstword $(foreach name,$(PYTHON),$(shell $(name) -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && echo $(name))))
NO_PYTHON = simkit needs Python 3.11 or newer, and none was found under: $(PYTHON) (make PYTHON=/path/to/python names another)
NO_VENV = $(python) cannot make virtual environments: its ensurepip is missing (on Debian and Ubuntu, install python3-venv)

.PHONY: report test lint types compiled tests nbval equality bench notebooks data responses docs lock clean

report: $(READY)
	$(BIN)/simkit report $(ARGS)

# Everything that has to hold, cheapest first. mypy uses one core for a minute: the engine is compiled beside it.
test: $(READY)
	$(MAKE) --no-print-directory --jobs=3 lint types compiled
	$(MAKE) --no-print-directory --assume-old=compiled tests
	$(MAKE) --no-print-directory nbval

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo --no-cache

types: $(READY)
	$(BIN)/mypy

compiled: $(READY)
	$(BIN)/python -c "from simkit.experiments.ahead import compile_ahead; compile_ahead(2)"

tests: compiled
	$(BIN)/pytest -n auto --dist loadscope --cov $(ARGS)

# The committed notebooks must give again what they show. Named one by one: as a folder, their paired texts would run too.
nbval: $(READY)
	$(BIN)/pytest --nbval -n auto --dist loadscope notebooks/*.ipynb

# Both engines on N drawn scenarios, afresh each time; what is drawn last is printed where they differ.
N ?= 10000
equality: $(READY)
	SIMKIT_EQUALITY=$(N) $(BIN)/pytest --hypothesis-profile=default --timeout=0 tests/engine/test_equality.py -k test_any_policy

# Take over what was edited in either half of each pair, execute, and save both halves.
notebooks: $(READY)
	$(BIN)/jupytext --sync notebooks/*.py
	$(BIN)/jupyter-nbconvert --to notebook --execute --inplace --ExecutePreprocessor.timeout=900 \
		--ExecutePreprocessor.record_timing=False --ExecutePreprocessor.store_widget_state=False notebooks/*.ipynb
	$(BIN)/jupytext --sync notebooks/*.ipynb

# Every benchmark; what they print goes into benchmarks/README.md.
bench: $(READY)
	$(BIN)/python -m benchmarks

# The synthetic sample of customers, orders and invoices.
data: $(READY)
	$(BIN)/python -m simkit.engine.sample data/

# How people respond, fitted to what the known cases report, and a world for the company of each; taken in this order.
CASES := credit_admission monitoring incentive_link rfm_treatments
responses: $(READY)
	$(BIN)/python -m simkit.calibration.response_file params/calibrated/cases $(CASES:%=params/cases/%.yaml)

# The reference page of all parameters, out of the models.
docs: $(READY)
	$(BIN)/python -m simkit.scenario.reference_page docs/parameters.md

# Pin what pyproject.toml asks for; `make lock ARGS=--upgrade` moves every pin to the newest version.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --output-file requirements.lock $(ARGS) pyproject.toml

# Leaves .venv alone: `rm -r .venv` starts that afresh.
clean:
	rm -rf build dist htmlcov .coverage .coverage.* .simkit-cache .hypothesis .pytest_cache .mypy_cache .ruff_cache
	find reports -mindepth 1 ! -name README.md -delete
	find simkit tests notebooks -depth \( -name __pycache__ -o -name .ipynb_checkpoints \) -exec rm -rf {} +

$(BIN)/python:
	$(if $(python),,$(error $(NO_PYTHON)))
	$(if $(shell $(python) -c 'import ensurepip, venv' 2>/dev/null || echo missing),$(error $(NO_VENV)))
	$(python) -m venv --clear $(VENV)

# uv itself comes out of the lock, so that nothing is installed whose hash was not checked. Bytecode is made once, here:
# importing the libraries takes seven seconds of every process without it, and two with.
$(READY): requirements.lock pyproject.toml | $(BIN)/python
	sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt
	$(BIN)/uv pip sync --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --no-deps --no-build-isolation --python $(BIN)/python --editable .
	touch $@
