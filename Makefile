# clipmill: `make run` renders the bundled example, `make test` runs every test, `make long` those that take minutes,
# `make compat` those with clients of others, `make gallery` draws everything the renderer can do as a page. Each sets
# everything up first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test long compat lint fix bench bench-peers gallery mutate clean
.DEFAULT_GOAL := run

run: .venv/.ready
	@$(BIN)/clipmill run examples/product-promo/products.csv --template examples/product-promo --out out --name "Product promo"

test: .venv/.ready-to-test
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

# SEED=… makes up other inputs than the ones known to end well, INPUTS=… so many. Kills mostly wait: hence the third process.
SEED ?= 1
INPUTS ?= 10000
long: .venv/.ready-to-test
	$(BIN)/python -m pytest -m long --numprocesses 3 --dist worksteal $(ARGS)
	$(BIN)/python -m pytest --hypothesis-profile=long --hypothesis-seed=$(SEED) tests/properties/test_parsers.py --numprocesses auto --maxprocesses 4
	$(BIN)/python -m tests.hostile.fuzz --inputs $(INPUTS) --seed $(SEED)

# Clients of others, unchanged but for the address, against a server of ours.
compat: .venv/.ready-to-test .compat/.ready
	$(BIN)/python -m pytest tests/compat --timeout 900

lint: .venv/.ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest tests/architecture

fix: .venv/.ready-to-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready-to-test
	$(BIN)/python bench/suite.py
	$(BIN)/python bench/layers.py
	$(BIN)/python bench/startup.py
	$(BIN)/python -m bench.many
	$(BIN)/python -m bench.server

# ARGS=--write puts the table into README.md.
bench-peers: .venv/.ready-for-peers
	$(BIN)/python bench/peers/compare.py --quality $(ARGS)

gallery: .venv/.ready
	$(BIN)/python -m tools.gallery

# Breaks the code in small ways and counts what the tests tell; all of it takes hours. ARGS="store --sample 60 --seed 2"
mutate: .venv/.ready-to-test
	$(BIN)/python -m tools.mutate $(ARGS)

clean:
	rm -rf .venv .compat .setup out

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup.py
	@touch $@

.venv/.ready-for-peers: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup.py peers
	@touch $@ .venv/.ready

.venv/.ready-to-test: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup.py test
	@touch $@ .venv/.ready

.compat/.ready: tools/compat.txt tools/compat.json
	@$(PYTHON) tools/setup.py compat
	@touch $@
