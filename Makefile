# `make check` is the one definition of clean (spelled out in scripts/check); CI and pre-commit call the same.
PYTHON ?= .venv/bin/python
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help install check format lint types imports rules test fix nightly coverage golden docs bench

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

install:  ## create .venv with everything that `make check` needs
	@./scripts/install check

check:  ## everything that must pass: format, lint, types, imports, rules, tests
	@./scripts/check

format lint types imports rules:
	@./scripts/check $@

test:  ## the tests alone
	@./scripts/check tests

fix:  ## let ruff repair what it can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

nightly:  ## all tests, the slow ones too, with many more random examples
	$(PYTHON) -m pytest --numprocesses auto -m "nightly or not nightly" --hypothesis-profile=nightly

coverage:  ## tests with branch coverage; fails below 95 % in the rooms that decide amounts
	$(PYTHON) -m pytest --quiet --numprocesses auto --cov --cov-report=
	$(PYTHON) -m coverage report --fail-under=95 --include='vetbenefits/model/*,vetbenefits/rulelang/*,vetbenefits/engine/*,vetbenefits/money.py,vetbenefits/dates.py'

golden:  ## rewrite expected outputs; `git diff` is the review
	$(PYTHON) -m pytest --quiet --snapshot-update

docs:  ## rewrite the generated pages of docs/
	$(PYTHON) -m pytest --quiet --snapshot-update tests/test_docs.py

bench:  ## measure beside a hand-written script and OpenFisca (`pip install --group bench` first)
	$(PYTHON) -m benchmarks
