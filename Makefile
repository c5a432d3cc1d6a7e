.PHONY: help run test lint bench docs oracle
PYTHON ?= .venv/bin/python

help:     ## list the habits
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ –/'

.venv:
	python3 -m venv .venv && .venv/bin/pip install -q -e '.[test,lint]'

run: .venv     ## score the seed
	$(PYTHON) -m perfscore score examples/liwan-justice-2024 examples/liwan-justice-2024/outcomes.yaml

test: .venv    ## all tests
	$(PYTHON) -m pytest -q -n auto

lint: .venv    ## ruff, types, layers
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

oracle: .venv  ## 100 000 random assessments against the second scorer
	$(PYTHON) tests/oracle/run.py --count 100000 --seed 1 --least 500

docs: .venv    ## write the generated pages again
	$(PYTHON) docs/findings.py && $(PYTHON) -m perfscore rules schema > docs/perfscore-rules-1.schema.json

bench: .venv   ## benchmarks
	$(PYTHON) benchmarks/assessment.py
