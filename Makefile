# `make run` and `make test` need nothing but Python 3.11 or newer with venv, make and git.
PYTHON ?= python3
VENV := .venv/bin
PYTEST := $(VENV)/python -m pytest --dist loadgroup
# Tests with real programs in real terminals get a core each; the others wait now and then, and more
# of them go at a time.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(len(getattr(os, 'sched_getaffinity', lambda _: range(os.cpu_count()))(0)))")

.PHONY: help run test check format bench bench-quick bench-plant bench-kept bench-logprobs bench-ssh screenshots faults lock clean

help:
	@echo "make run             set up and open aztui (Azure where settings are found, else a local model)"
	@echo "make test            set up and run all tests"
	@echo "make check           ruff, mypy --strict, import-linter"
	@echo "make bench           measure against the floors in benchmarks/ (some 30 minutes)"
	@echo "make bench-quick     the same, roughly, in under two minutes"
	@echo "make bench-plant     see whether the benchmarks see faults that are planted in aztui"
	@echo "make bench-kept      what is kept: lists, searches and sessions at 100,000 runs; the journal's cost"
	@echo "make bench-logprobs  what it costs to ask how likely each token was; the token lens"
	@echo "make bench-ssh       aztui through a real SSH server, over a link of 2 kB/s"
	@echo "make screenshots     draw the pictures in docs/ anew"
	@echo "make faults          ask the emulator for every fault, and write the table in docs/azure.md"
	@echo "make format          format the code"
	@echo "make lock            pin the dependencies anew (needs uv)"

run:
	@$(PYTHON) scripts/setup.py run
	@$(VENV)/python scripts/open.py

test:
	@$(PYTHON) scripts/setup.py dev
	@$(VENV)/python scripts/test_tools.py
	@status=0; \
	$(PYTEST) --numprocesses $(WORKERS) tests/e2e || status=$$?; \
	$(PYTEST) --numprocesses $$((2 * $(WORKERS))) tests/ui tests/unit tests/wire || status=$$?; \
	exit $$status

check:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports

format:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

bench:
	@$(PYTHON) scripts/setup.py dev
	@$(VENV)/python -m benchmarks.peers
	$(VENV)/python -m benchmarks

bench-quick:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/python -m benchmarks --quick

bench-plant:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/python -m benchmarks --plant

bench-kept:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/python -m benchmarks.history
	$(VENV)/python -m benchmarks.journal

bench-logprobs:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/python -m benchmarks.logprobs
	$(VENV)/python -m benchmarks.lens

bench-ssh:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/python scripts/test_tools.py
	$(VENV)/python -m benchmarks.ssh

screenshots:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/python scripts/screenshots.py

faults:
	@$(PYTHON) scripts/setup.py dev
	$(VENV)/python scripts/fault_table.py

lock:
	sh scripts/lock.sh

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
