# Every target is readable in one line; the work is in server/ and tests/.
PORT ?= 8000
DATA ?= var
RUSHES ?= 1000
PY := .venv/bin/python

.PHONY: run test engines check bench guesses histories torture shots looks setup clean

run: setup ## the demo town on http://127.0.0.1:PORT, data in DATA
	MARELLE_ENV=$${MARELLE_ENV:-demo} MARELLE_PORT=$(PORT) MARELLE_DATA=$(DATA) $(PY) -m server run

test: setup ## everything, browser included
	tests/run

engines: setup ## every journey in Firefox ESR and WebKitGTK; make test walks the essential ones
	ENGINES=all .venv/bin/pytest -q tests/journeys/engines

check: setup ## lint, types, templates, scripts: what CI runs before the tests
	tests/check

bench: setup ## medians and ratios, side by side
	$(PY) -m tests.benchmarks
	$(PY) -m tests.benchmarks.phone

guesses: setup ## what an answer and the clock tell a guesser: GUESSES (10,000) at each door; docs/benchmarks.md
	$(PY) -m pytest -q -p no:cacheprovider tests/benchmarks/guesses.py

histories: setup ## RUSHES random rushes on single sessions, each history judged twice, in one HOUSE or all; docs/benchmarks.md
	nice -n 19 $(PY) -m tests.faults.histories $(or $(RUSHES),20) $(HOUSE)

torture: setup ## SEEDS histories of taps under kills and outages, from seed FIRST, JOBS side by side; BREAK= must fail
	$(PY) -u -m tests.faults.torture --seeds $(or $(SEEDS),20) --first $(or $(FIRST),1) --jobs $(or $(JOBS),1) $(if $(BREAK),--break $(BREAK))

shots: setup ## the pictures of the manifest and of the guides in docs/, from the demo town
	$(PY) -m tests.shots

looks: setup ## every screen as a picture: light, dark, 320 px, 200 % text, agents' at 1280; into build/looks
	mkdir -p build/looks
	LOOKS=build/looks .venv/bin/pytest -q tests/journeys/test_pages.py -k sideways

setup: .venv/ready

.venv/ready: pyproject.toml
	test -x .venv/bin/python || python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

clean:
	rm -rf .venv var build
