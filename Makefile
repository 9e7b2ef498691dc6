# Two commands for everybody: `make run` and `make test`. Both set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?= sample_logs
EVENTS ?= 1000000
# Most tests wait for processes and terminals: a few more than cores.
JOBS ?= 4

comma := ,
pip = $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable
# Where there is no numba for this machine, all goes as well without the compiled reader, slower.
install = { $(pip) '.[$(1)]' || $(pip) '$(2)'; } && { $(BIN)/python -m tui.ingest.scanning.compiling || true; }

.PHONY: run test search check bench picture readme man samples clean
.DEFAULT_GOAL := run

# Made again only when the list of packages changes; offline otherwise.
$(VENV)/.run: pyproject.toml
	@echo 'Setting up $(VENV), once: this takes a moment' >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(call install,fast,.)
	@touch $@

$(VENV)/.dev: pyproject.toml
	@echo 'Setting up $(VENV), once: this takes a moment' >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(call install,dev$(comma)fast,.[dev])
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## browse the sample trail, or ARGS="folder --since 2h"
	@$(BIN)/cloudtrail-tui $(ARGS)

test: check ## every check and every test
	@$(BIN)/python -m tui.ingest.scanning.compiling || true
	@$(BIN)/python -m pytest -n $(JOBS)

search: $(VENV)/.dev ## the property tests with other examples than those of `make test`
	@$(BIN)/python -m pytest -n $(JOBS) -m hypothesis --hypothesis-profile=search

check: $(VENV)/.dev ## style, types, and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev ## the figures of the README, each ok or MISSED
	@$(BIN)/python -m tests.benchmarks --events $(EVENTS)

samples: $(VENV)/.dev ## write sample_logs again (same seed, same bytes)
	@$(BIN)/python -m tests.benchmarks.generate --sample sample_logs

picture: $(VENV)/.dev ## take the README's picture again
	@$(BIN)/python -m tests.benchmarks.picture

readme: $(VENV)/.dev ## write the README's generated parts again
	@$(BIN)/python -m tests.benchmarks.readme

man: $(VENV)/.dev ## write the man page again
	@$(BIN)/python -m tests.benchmarks.manpage

clean:
	@rm -rf $(VENV) .bench dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
