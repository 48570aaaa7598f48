# Everything a checkout needs, from a bare Python 3.11 and make. `make` alone lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TURTLE := ontology shapes graph_data
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes \
	--allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras

.DEFAULT_GOAL := help
.PHONY: help serve test virtuoso slow lint format bench bench-suite bench-http bench-servers bench-remote bench-validation fire-abuse fire-killers fire-soak fire-kill shacl-suite corrupt all-pairs assumed-days completeness docs recall validate referee build release workbench clients replicas fuzz wheel-check reason lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; \
	do printf '  make %-12s %s\n' "$$name" "$$text"; done

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "installing the locked dependencies into $(VENV) (once)" >&2
	$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements-dev.lock
	@echo "installing the locked development tools into $(VENV) (once)" >&2
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

serve: $(VENV)/runtime.stamp ## serve the graph on http://127.0.0.1:8000 (ARGS="--port 9000" …)
	$(BIN)/mla-graph serve $(ARGS)

test: $(VENV)/dev.stamp ## run the tests (ARGS="-k name", "-n 0" …)
	$(BIN)/pytest -n auto --dist loadgroup -m "not reasoner and not wheel and not referee and not clients and not fuzz and not slow and not virtuoso" $(ARGS)

virtuoso: $(VENV)/dev.stamp ## ask Virtuoso every query with every choice of parameters on the whole graph, for minutes
	$(BIN)/pytest -m virtuoso $(ARGS)

slow: $(VENV)/dev.stamp ## run the tests that take longer: many processes, long answers, an invented world
	$(BIN)/pytest -n auto --dist loadgroup -m "slow and not fuzz" $(ARGS)

lint: $(VENV)/dev.stamp ## style, types, layers, canonical Turtle, saved queries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-cache
	$(BIN)/mla-graph format --check $(TURTLE)
	$(BIN)/python tools/check_queries.py queries

format: $(VENV)/dev.stamp ## bring Python and Turtle into canonical form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mla-graph format $(TURTLE)

bench: $(VENV)/dev.stamp ## measure command, start-up and HTTP against their budgets
	$(BIN)/python -m benchmarks

bench-suite: $(VENV)/dev.stamp ## measure engines side by side as the graph grows (docs/performance.md; ARGS="--resume" …)
	$(BIN)/python -m benchmarks.suite $(ARGS)

bench-http: $(VENV)/dev.stamp ## measure saved queries over HTTP beside other servers (needs wrk; ARGS="--workers 1" …)
	$(BIN)/python -m benchmarks.http $(ARGS)

bench-servers: $(VENV)/dev.stamp ## attack and time the service under other HTTP servers (needs wrk; ARGS="FOLDER ours granian" …)
	$(BIN)/python -m benchmarks.servers $(ARGS)

bench-remote: $(VENV)/dev.stamp ## measure what the remote engine adds to a query on Virtuoso, beside curl
	$(BIN)/python -m benchmarks.remote $(ARGS)

bench-validation: $(VENV)/dev.stamp ## measure validation beside pySHACL and of one edit (ARGS="--sizes 200000 --limit 3600" …)
	$(BIN)/python -m benchmarks.validation $(ARGS)

fire-killers: $(VENV)/dev.stamp ## run killer queries while saved queries go on (docs/reliability.md; ARGS="--only regular" …)
	$(BIN)/python -m benchmarks.fire.killers $(ARGS)

fire-abuse: $(VENV)/dev.stamp ## abuse the service while saved queries go on (docs/reliability.md; ARGS="--only R2" …)
	$(BIN)/python -m benchmarks.fire.abuse $(ARGS)

fire-soak: $(VENV)/dev.stamp ## run a long mixed load with faults injected, each answer checked (ARGS="--minutes 30" …)
	$(BIN)/python -m benchmarks.fire.soak $(ARGS)

fire-kill: $(VENV)/dev.stamp ## kill everything at random moments and look at what is left (ARGS="--times 200" …)
	$(BIN)/python -m benchmarks.fire.kill $(ARGS)

shacl-suite: $(VENV)/dev.stamp ## run the W3C tests of SHACL, which pySHACL's source archive carries, on both engines
	mkdir -p build/shacl
	$(PIP) download --no-deps --no-binary pyshacl --dest build/shacl \
		"$$($(BIN)/python -m pip freeze | grep '^pyshacl==')"
	$(BIN)/python -m benchmarks.shacl_suite build/shacl/pyshacl-*.tar.gz

corrupt: $(VENV)/dev.stamp ## measure how much of what can go wrong with one triple is noticed (docs/data-quality.md)
	$(BIN)/python -m benchmarks.corruption

all-pairs: $(VENV)/dev.stamp ## ask for every pair of states, measure and day which instruments apply (ARGS="--sample 5000" …)
	$(BIN)/python -m benchmarks.all_pairs $(ARGS)

completeness: $(VENV)/dev.stamp ## count which questions are answered, by whom, and fail if one is lost (ARGS="--write" …)
	$(BIN)/python -m benchmarks.completeness $(ARGS)

assumed-days: $(VENV)/dev.stamp ## count the answers that rest on a first day which a general rule filled in
	$(BIN)/python -m benchmarks.assumed_days $(ARGS)

recall: $(VENV)/dev.stamp ## precision and recall of the page reader, field by field
	$(BIN)/python -m tests.ingest.measured

docs: $(VENV)/dev.stamp ## write docs/reference.md, docs/coverage.md and the output in README.md and docs/precedence.md
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/coverage.py
	$(BIN)/cog -P -I tools -r README.md docs/precedence.md

validate: $(VENV)/runtime.stamp ## check the ontology and the data against the shapes
	$(BIN)/mla-graph validate

referee: $(VENV)/dev.stamp ## have pySHACL, which is slow, say the same of the whole graph and every planted fault
	$(BIN)/pytest -m referee -n auto tests/shapes tests/validation $(ARGS)

build: validate $(VENV)/dev.stamp ## wheel and source archive in dist/, with the hash of the sources just validated
	mkdir -p build
	$(BIN)/python -c 'import json; from mla_graph.model.sources import Sources; \
	print(json.dumps({"source_hash": Sources.shipped().source_hash()}))' > build/validated.json
	$(BIN)/python -m build --no-isolation --outdir dist .

release: build referee ## the distribution and, beside it, the store and dumps of this graph
	$(BIN)/mla-graph build --out dist/release

tests/clients/comunica/node_modules: tests/clients/comunica/package-lock.json
	npm --prefix tests/clients/comunica ci --no-audit --no-fund --no-update-notifier --loglevel error
	@touch $@

tools/workbench/node_modules: tools/workbench/package-lock.json
	npm --prefix tools/workbench ci --no-audit --no-fund --no-update-notifier --loglevel error
	@touch $@

workbench: tools/workbench/node_modules ## bundle the editor and the view of results of /sparql (needs npm)
	npm --prefix tools/workbench run --silent build

clients: $(VENV)/dev.stamp tests/clients/comunica/node_modules ## ask a running server with curl, a browser and other clients
	$(BIN)/pytest -m clients tests/clients tests/house $(ARGS)

replicas: $(VENV)/dev.stamp ## replicas behind nginx and HAProxy: roll the release, kill one, count failures
	$(BIN)/pytest -m slow -s tests/replicas $(ARGS)

fuzz: $(VENV)/dev.stamp ## send generated and hostile input to every parameter and operation for minutes
	$(BIN)/pytest -m fuzz -n auto --dist loadgroup $(ARGS)

wheel-check: $(VENV)/dev.stamp ## build the wheel, install it elsewhere, query and serve from there
	$(BIN)/pytest -m wheel tests/end_to_end

reason: $(VENV)/dev.stamp ## check the ontology with HermiT (needs a Java runtime)
	@command -v java >/dev/null || { echo "HermiT needs a Java runtime, e.g. apt-get install default-jre-headless" >&2; exit 1; }
	$(BIN)/pytest -m reasoner

lock: $(VENV)/dev.stamp ## renew the lock files from pyproject.toml (ARGS="--upgrade" …)
	$(COMPILE) $(ARGS) --output-file requirements.lock pyproject.toml
	$(COMPILE) $(ARGS) --only-build-deps --build-deps-for wheel --build-deps-for editable \
		--output-file requirements-build.lock pyproject.toml
	$(COMPILE) $(ARGS) --extra test --extra dev --constraint requirements.lock \
		--constraint requirements-build.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove all that make has made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf tests/clients/comunica/node_modules tools/workbench/node_modules
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
