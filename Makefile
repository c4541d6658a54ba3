# Two commands are enough: make demo, make test. `make help` lists the rest.
# Needs python3 (3.11 or newer) with its venv module; everything else is installed in .venv.

PYTHON ?= python3
RUN := .venv/bin/python
# Passed on to pytest (make test ARGS="-k importing -x") and to make lock (ARGS=--upgrade).
ARGS ?=

.DEFAULT_GOAL := help
export HOST PORT VAR_DIR DEMO_PASSWORD

.PHONY: help
help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: ## Make the demo site and serve it on 127.0.0.1:8000 (HOST= PORT= change that)
	@$(call python) deploy/demo.py

.PHONY: demo-reset
demo-reset: ## The same, starting over: what was written in the demo is lost
	@$(call python) deploy/demo.py --reset

.PHONY: install
install: ## Make .venv from the locks, or bring it up to date
	@$(call python) deploy/bootstrap.py

.PHONY: test
test: install ## Run the tests: SQLite, no browser, no network
	@$(RUN) -m pytest -n 2 $(ARGS)

.PHONY: test-browser
test-browser: install ## Run the tests in Chromium (apt install chromium)
	@$(RUN) -m pytest -n 2 tests/browser $(ARGS)

.PHONY: test-slow
test-slow: install ## Run the slow tests: crashes, races, several processes, small benchmarks
	@$(RUN) -m pytest -n 2 --dist loadfile tests/slow $(ARGS)

.PHONY: lint
lint: install ## Check style, templates, spelling and the direction of imports
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@git ls-files -z --cached --others --exclude-standard 'templates/*.html' \
		| xargs -0 -r .venv/bin/djade --target-version 5.2 --check
	@.venv/bin/codespell
	@.venv/bin/lint-imports

.PHONY: format
format: install ## Lay out Python and templates, mend what can be mended
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .
	@git ls-files -z --cached --others --exclude-standard 'templates/*.html' \
		| xargs -0 -r .venv/bin/djade --target-version 5.2 || true

.PHONY: bench
bench: install ## Run the benchmarks (BENCH=page_cache runs one)
	@$(RUN) -m benchmarks $(BENCH)

.PHONY: lock
lock: install ## Write both locks anew from pyproject.toml (needs uv)
	@deploy/lock.sh $(ARGS)

.PHONY: ci
ci: ## The whole check, as the project's CI runs it
	@bash .ci/run

# A system Python that is missing altogether is one line too.
python = command -v $(PYTHON) >/dev/null 2>&1 || { \
	echo "Python is missing: install it (apt install python3 python3-venv), then run make $@ again." >&2; \
	exit 1; }; MAKE_TARGET=$@ exec $(PYTHON)
