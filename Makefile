# Two commands matter: `make run` and `make test`. Both do all set-up themselves.
SHELL := /bin/bash
PY := .venv/bin/python
SEED ?= 1
ORDERS ?= 1000
KILLS ?= 300

.PHONY: run test check venv test-tools bench chaos clean

run: venv
	@scripts/system-packages run
	@$(PY) manage.py start

test: venv test-tools
	$(PY) -m pytest -n 2 $(ARGS)

check: venv
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy core configurator manufacturing routing orders edge nearmade
	.venv/bin/lint-imports
	$(PY) manage.py check
	SITE_URL=https://nearmade.example SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w0) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run

venv: .venv/.stamp

.venv/.stamp: requirements.txt requirements-dev.txt
	@scripts/make-venv

test-tools: venv
	@scripts/system-packages test
	@sh scripts/octoprint.sh

bench: venv
	@scripts/system-packages test
	$(PY) benchmarks/all.py

chaos: venv
	@scripts/system-packages run
	$(PY) -m tests.chaos --seed $(SEED) --orders $(ORDERS) --kills $(KILLS)

clean:
	rm -rf .venv .venv-octoprint var test-results
