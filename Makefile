# Every target sets up what it needs and does nothing when that is current.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SERVERS := $(VENV)/.servers
CODE := intake parsers classifiers pipeline portal outbound fixtures tests

.PHONY: setup demo serve test check bench models mailbox lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PYTHON=python3.12 …)"; exit 1; }
	@test -x $(BIN)/pip || sh deploy/venv.sh $(PYTHON) $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	@$(BIN)/intake demo

serve: $(READY)
	@$(BIN)/intake demo --serve

$(SERVERS): deploy/test-servers.sh
	@mkdir -p $(VENV)
	sh deploy/test-servers.sh
	@touch $@

test: $(READY) $(SERVERS)
	$(BIN)/python -m pytest -q $(ARGS)

check: $(READY)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

# How fast (ARGS for the first), then how well forms are read; a missed goal is told and ends make with an error.
bench: $(READY)
	$(BIN)/python -m tests.bench $(ARGS)
	$(BIN)/python -m tests.bench forms
	$(BIN)/python -m tests.bench lists
	$(BIN)/python -m tests.bench mailbox
	$(BIN)/intake bench forms
	$(BIN)/intake bench lists
	$(BIN)/intake bench mail

# Rebuild what is generated and committed: the trained models and tables, the sample mailbox, the lock file.
models: $(READY)
	$(BIN)/python -m classifiers.training
	$(BIN)/python -m pipeline.measuring.calibrate

mailbox: $(READY)
	$(BIN)/python -m fixtures.build

lock:
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --all-extras --no-header -q -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
