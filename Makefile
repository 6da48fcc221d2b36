# Two commands matter: `make run` starts the dashboard, `make test` runs everything.
# Each makes its own environment in .venv; only Python 3.11 or newer, make and pip are needed.

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

COMPILE := $(BIN)/python -c "from slicer.contingency import tables; from slicer.discovery import fast; \
  tables.LOADER.load(); fast.LOADER.load()"

.PHONY: run test check bench coverage soak lint chromium

# The samples, or the project file that SLICER_PROJECT names.
run: .venv/run $(if $(SLICER_PROJECT),,slicer.duckdb)
	@! $(BIN)/python -c "import socket; socket.create_connection(('127.0.0.1', $(PORT)), 1)" 2>/dev/null \
	  || { echo "*** Something answers on port $(PORT) already. Another one: make run PORT=8502 ***"; exit 1; }
	SLICER_PROJECT="$(or $(SLICER_PROJECT),slicer.duckdb)" $(BIN)/streamlit run app.py --server.port $(PORT)

slicer.duckdb: | .venv/run
	$(BIN)/slicer demo defects --into $@ --quiet >/dev/null
	$(BIN)/slicer demo speech --into $@ --quiet >/dev/null

test: .venv/test chromium lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/test lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser and not slow"

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# The numbers of README and benchmarks/results; ARGS=--large for ten million rows as well.
bench: .venv/bench
	$(BIN)/python -m benchmarks.run $(ARGS)

# The table of docs/coverage.md: 10,000 samples of each setting, some ten minutes.
coverage: .venv/test
	$(BIN)/python -m benchmarks.coverage

soak: .venv/test chromium
	SLICER_SOAK=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "slow or soak"

# Browser tests drive the system's Chromium; as root it is installed when absent.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null; } \
	  || echo "*** No Chromium here: browser tests will be skipped. On Debian: apt install chromium ***"

# Where Python comes without venv (Debian's python3-venv missing), virtualenv is fetched into a folder of its own.
.venv/bin/python:
	$(PYTHON) -m venv .venv 2>/dev/null \
	  || { rm -rf .venv && $(PYTHON) -m pip install --quiet --target .bootstrap virtualenv \
	       && PYTHONPATH=.bootstrap $(PYTHON) -m virtualenv --quiet .venv; }

.venv/run: .venv/bin/python pyproject.toml constraints.txt
	$(INSTALL) --editable .
	-@$(COMPILE)
	@touch $@

.venv/test: .venv/bin/python pyproject.toml constraints.txt
	$(INSTALL) --editable ".[test]"
	-@$(COMPILE)
	@touch $@ .venv/run

.venv/bench: .venv/bin/python pyproject.toml constraints.txt
	$(INSTALL) --editable ".[test,bench]"
	@touch $@ .venv/test .venv/run
