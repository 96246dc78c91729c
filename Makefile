# Every verb of the project. `make` alone prints them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check types lint layers proof-rules proof-delivery proof-feeds proof-stories fuzz docs bench-matching bench-delivery bench-parsing bench-stories format clean

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## create .venv with Watchword (editable) and all that development needs

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Watchword needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip --constraint constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup ## watch a replayed news day: real daemon, feeds, mail and Slack on this machine
	@$(BIN)/watchword demo

test: check ## run every check and every test
	$(BIN)/pytest -n 5 --dist worksteal

check: setup lint types layers ## style, types and storeys

lint: setup ## style (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## types (mypy, strict)
	$(BIN)/mypy

layers: setup ## which room may import which (import-linter)
	$(BIN)/lint-imports

proof-rules: setup ## 20,000 articles by generated rules through the engine and a second, slow evaluator
	$(BIN)/python -m tests.reference.proof 20000

proof-delivery: setup ## kill every process at every named point, break every wire, and see that nothing is lost
	$(BIN)/python -m tests.proof.delivery --kills $${WATCHWORD_PROOF_KILLS:-80} --items $${WATCHWORD_PROOF_ITEMS:-10000} $(ARGS)

proof-feeds: setup ## count what is promised of feeds: encodings, identity, the door, bombs, HTTP, lateness, parsing
	$(BIN)/python -m tests.proof.feeds $(ARGS)

proof-stories: setup ## measure how well stories are told apart (WATCHWORD_DATA), and play a month of news
	$(BIN)/python -m tests.proof.stories $(ARGS)

SECONDS ?= 60

fuzz: setup $(VENV)/.fuzz ## feed every reader of strangers' bytes made-up bytes (SECONDS=60 each, TARGETS="dates opml")
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(TARGETS)

$(VENV)/.fuzz: pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[fuzz]'
	@touch $@

docs: setup ## build the manual into build/docs, without a connection to anywhere
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "to read and search it: python3 -m http.server --directory build/docs --bind 127.0.0.1"

bench-matching: setup ## measure matching and loading, with peers beside them (docs/benchmarks.md)
	$(BIN)/python benchmarks/matching.py $(ARGS)

PEERS := build/peers

$(PEERS)/.installed: benchmarks/delivery_peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --requirement benchmarks/delivery_peers.txt
	@touch $@

bench-delivery: setup $(PEERS)/.installed ## measure how fast matches are told, beside task queues (docs/benchmarks.md)
	$(BIN)/python benchmarks/delivery.py --peers $(PEERS)/bin/python $(ARGS)

PARSERS := build/parsers

$(PARSERS)/.installed: benchmarks/parsing_peers.txt
	$(PYTHON) -m venv $(PARSERS)
	$(PARSERS)/bin/python -m pip install --quiet --requirement benchmarks/parsing_peers.txt
	@touch $@

bench-parsing: setup $(PARSERS)/.installed ## measure how fast feeds are parsed, beside other parsers (docs/benchmarks.md)
	$(BIN)/python benchmarks/parsing.py --peers $(PARSERS)/bin/python $(ARGS)

TELLERS := build/tellers

$(TELLERS)/.installed: benchmarks/stories_peers.txt
	$(PYTHON) -m venv $(TELLERS)
	$(TELLERS)/bin/python -m pip install --quiet --requirement benchmarks/stories_peers.txt
	@touch $@

bench-stories: setup $(TELLERS)/.installed ## measure how stories are told apart, beside TF-IDF and MinHash (docs/benchmarks.md)
	$(BIN)/python benchmarks/stories.py --peers $(TELLERS)/bin/python $(ARGS)

format: setup ## put the code into the common style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove everything that can be made again
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
