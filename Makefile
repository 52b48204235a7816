# `make demo` shows the main job, `make test` passes the tests; each makes what it needs and nothing else.
#
#   make test PYTHONS=3.11    the tests on one interpreter; default: .venv, and each of PYTHONS that is found
#   make test ARGS="-k csv"   more arguments for pytest
#   make lint types docs      style, floors, changes · mypy, pyright, ty · examples and pages
#   make format               mend what ruff can mend
#   make coverage             the tests with branch coverage
#   make first-log            from a fresh copy of the sources to a protected log
#   make release              archives in dist/, tested, with an SBOM and digests
#   make wheel-compiled       a wheel in dist/ with the hot modules compiled by mypyc, and its tests; needs a C compiler
#   make bench ARGS=caching   ours against peers, in .venv-bench; bench-docs writes docs/reference/benchmarks.md

PYTHON ?= $(shell .ci/find-python)
PYTHONS ?= 3.11 3.12 3.13
ARGS ?=

BIN = .venv/bin
# Two files of tests at a time; what stands in one file shares what it built.
SIDE_BY_SIDE = -n 2 --dist loadfile
PIP_INSTALL = -m pip install -qq --disable-pip-version-check
# Spark brings 400 MB and needs a Java runtime: `make spark` installs it and runs its tests.
ALL_EXTRAS = aiohttp,arrow,celery,cli,django,flask,holidays,httpx,loguru,opendp,otel,pandas,polars,presidio,redis,requests,sentry,sql,structlog

.PHONY: demo test lint types docs examples format coverage bench bench-docs shape spark fuzz soak
.PHONY: first-log release clean wheel-compiled
.DELETE_ON_ERROR:

demo: .venv/.demo
	@$(BIN)/voxvalley-privacy demo

test: .venv/.test
	@echo "== tests: $$($(BIN)/python --version)"
	@# Every interpreter gets its turn, so that one look shows all there is to mend.
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) $(ARGS); passed=$$?; \
	EXTRAS=$(ALL_EXTRAS) .ci/test-others $(PYTHONS) -- $(SIDE_BY_SIDE) $(ARGS) && exit $$passed

lint: .venv/.lint
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/interrogate --quiet tests || { $(BIN)/interrogate -vv tests | grep MISSED; exit 1; }
	@$(BIN)/towncrier build --draft --version next >/dev/null
	@$(BIN)/python tools/write_facade.py --check
	@$(BIN)/python tools/english.py

types: .venv/.types
	@$(BIN)/mypy
	@$(BIN)/pyright --pythonpath $(BIN)/python typing_tests
	@$(BIN)/ty check --quiet --python .venv typing_tests
	@.ci/verify-types $(BIN)

docs: examples .venv/.docs
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -b html docs docs/_build/html

# A page's examples build on each other: they run in their order, in a run of their own.
examples: .venv/.test
	@$(BIN)/python -m pytest -q -p no:randomly README.md docs src examples

format: .venv/.lint
	@$(BIN)/python tools/write_facade.py
	@$(BIN)/python tools/write_settings_schema.py
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

# Figures of the source, room by room; needs nothing installed.
shape:
	@$(PYTHON) tools/shape.py $(ARGS)

# The tables of Spark, on a local cluster of two threads; needs a Java runtime.
spark: .venv/.spark
	@$(BIN)/python -m pytest -q tests/frames/test_spark.py $(ARGS)
	@$(BIN)/python -m pytest -q -p no:randomly docs/how-to/analyse-call-records.md

# Histories of holds, erasures and sweeps, for about an hour.
soak: .venv/.test
	@VOXVALLEY_SOAK=1 $(BIN)/python -m pytest -q tests/erasure $(ARGS)

# With a compiled wheel (`make wheel-compiled`), its answers are compared with those of the sources, too.
fuzz: .venv/.test
	@$(BIN)/python -m fuzz $(ARGS)

coverage: .venv/.test
	@$(BIN)/python -m pytest -q --cov --cov-report=term $(ARGS)

# From a fresh copy of the sources to a protected log, in no more than ten minutes.
first-log:
	@.ci/first-log

# Archives, checks, the tests against the wheel, an SBOM, the digests; signs and uploads nothing.
release: .venv/.test .venv/.lint
	@.ci/release $(PYTHONS)

# The same source, its hot modules compiled; COMPILED_TESTS says which tests run against it.
wheel-compiled: .venv/.test
	@.ci/wheel-compiled $(ARGS)

bench: .venv-bench/.peers
	@.venv-bench/bin/python -m benchmarks $(ARGS)

bench-docs: .venv-bench/.peers
	@.venv-bench/bin/python -m benchmarks --write docs/reference/benchmarks.md $(ARGS)

clean:
	rm -rf .venv .venv-* docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Environments: one stamp for each thing that is installed, older than what it is made from.

.venv/.pip .venv-bench/.pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; set PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python $(PIP_INSTALL) --upgrade "pip>=25.1"
	@touch $@

.venv/.demo: pyproject.toml | .venv/.pip
	@$(BIN)/python $(PIP_INSTALL) --editable ".[cli]"
	@touch $@

.venv/.test .venv/.lint .venv/.types .venv/.docs: .venv/.%: pyproject.toml | .venv/.pip
	@$(BIN)/python $(PIP_INSTALL) --editable ".[$(ALL_EXTRAS)]" --group $*
	@touch $@ .venv/.demo

.venv/.spark: pyproject.toml | .venv/.test
	@$(BIN)/python $(PIP_INSTALL) --editable ".[spark]"
	@touch $@

.venv-bench/.peers: pyproject.toml benchmarks/peers.txt | .venv-bench/.pip
	@.venv-bench/bin/python $(PIP_INSTALL) --editable ".[$(ALL_EXTRAS)]"
	@# A peer that cannot be installed is left out, and the benchmark says so.
	@sed 's/#.*//' benchmarks/peers.txt | while read -r peer; do \
	  [ -z "$$peer" ] || .venv-bench/bin/python $(PIP_INSTALL) "$$peer" || echo "left out: $$peer" >&2; done
	@touch $@
