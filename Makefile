# `make help` lists the targets. Each sets up what it needs, once.

PYTHON    ?= python3
GENERATOR ?= mkdocs
ADDRESS   ?= 127.0.0.1:8000

VENV := .venv
BIN  := $(VENV)/bin
export NO_MKDOCS_2_WARNING := 1 # Material's own notice of its end; the architecture page has ours
unexport PYTHONDONTWRITEBYTECODE # without what Python keeps of its imports, all takes twice as long

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'
	@echo
	@echo "  make serve ADDRESS=127.0.0.1:8001    serve at another address or port"
	@echo "  make build GENERATOR=zensical        build with Zensical instead of MkDocs"
	@echo "  make try ROUTE=script                let a robot follow the guide, to a sign-in"
	@echo '  APPLICATION_NAME="Acme Data" REGION=eu-central-1 make build'
	@echo "                                       build for another publisher"
	@echo "  PROOF=required make build            stop at blocks that are neither verified nor exempt"
	@echo "  make test PYTEST_ARGS=--runbook-fresh"
	@echo "                                       run all blocks, also unchanged ones"
	@echo "  make test MATRIX=full                run every test whole, the guide in every Region"
	@echo "  make test MATRIX=full PARTITION=aws-us-gov"
	@echo "                                       with those of one partition"

.PHONY: serve
serve: address check-guide ## serve the guide at http://127.0.0.1:8000 with live reload
	@SITE_URL='http://$(subst [::1],localhost,$(ADDRESS))/' $(BIN)/mkdocs serve --dev-addr '$(ADDRESS)'

.PHONY: build
build: check-guide $(if $(filter zensical,$(GENERATOR)),$(VENV)/dev-installed) ## build the guide strictly, into site/
ifeq ($(GENERATOR),mkdocs)
	$(BIN)/mkdocs build --strict
else ifeq ($(GENERATOR),zensical)
	$(BIN)/zensical build --strict --clean
else
	@echo "make build: GENERATOR is '$(GENERATOR)'; choose mkdocs or zensical" >&2; exit 2
endif

.PHONY: try
try: $(VENV)/dev-installed local-aws oidc-client chromium ## try the guide without an AWS account: a local AWS is behind it
	@PYTHONPATH=tests:tests/guide $(BIN)/python tests/guide/try_guide.py \
	  $(if $(ROUTE),--route '$(ROUTE)') $(if $(REGION),--region '$(REGION)')

.PHONY: record
record: $(VENV)/installed ## merge other verification records into the guide's: make record RECORDS="a.json b.json"
	@$(BIN)/python -m mkdocs_macros_runbook merge docs/verification.json $(RECORDS)

.PHONY: test
test: $(VENV)/dev-installed local-aws wheelhouse pytest-plugins axe typescript oidc-client chromium ## run all tests, and every block of the guide
	$(BIN)/pytest -n auto $(if $(filter full,$(MATRIX)),--runbook-full,--runbook-values default,awkward) \
	  $(if $(PARTITION),--runbook-each region:partition=$(PARTITION)) $(PYTEST_ARGS)

.PHONY: test-unit
test-unit: $(VENV)/dev-installed ## run the unit tests, which need no browser, site or local AWS
	$(BIN)/pytest -n auto tests/unit $(PYTEST_ARGS)

.PHONY: check
check: $(VENV)/dev-installed ## format, lint, types, workflow, tests, both strict builds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(MAKE) --no-print-directory test
	$(MAKE) --no-print-directory build GENERATOR=zensical
	$(MAKE) --no-print-directory build

.PHONY: check-guide
check-guide: $(VENV)/installed ## check mkdocs.yml, the environment and the pages for problems
	@$(BIN)/python -m mkdocs_macros_runbook check

.PHONY: format
format: scripts ## format the Python, and apply the linter's fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: regions
regions: $(VENV)/dev-installed ## write the properties of the AWS Regions from botocore
	$(BIN)/python -m mkdocs_macros_cognito.write_regions

.PHONY: scripts
scripts: $(VENV)/dev-installed ## write the common parts of tests/scripts/plumbing.py into the companion scripts
	@PYTHONPATH=tests $(BIN)/python tests/scripts/common_parts.py

.PHONY: scripts-page
scripts-page: scripts ## write docs/scripts.md from the companion scripts
	PYTHONPATH=tests $(BIN)/python tests/scripts/scripts_page.py

ESBUILD := tests/node_modules/.bin/esbuild --bundle --minify --charset=utf8 --target=es2022 --log-level=warning
LIVE := plugin/mkdocs_macros_runbook/live
MADE := $(LIVE)

.PHONY: live
live: esbuild ## make the client script, live.js and early.js, from its modules
	$(ESBUILD) --outfile=$(MADE)/live.js $(LIVE)/script/start.mjs
	$(ESBUILD) --outfile=$(MADE)/early.js $(LIVE)/script/early.mjs

.PHONY: fact-mutants
fact-mutants: $(VENV)/dev-installed ## change each fact in the guide's prose; at least 90 % must make a test fail
	@PYTHONPATH=tests:tests/guide:tests/scripts:scripts $(BIN)/python tests/guide/fact_mutants.py

.PHONY: mutants
mutants: $(VENV)/dev-installed local-aws typescript ## change each block of the pages; nearly every change must be noticed
	@PYTHONPATH=tests:tests/guide:tests/scripts:scripts $(BIN)/python tests/guide/block_mutants.py $(PYTEST_ARGS)

.PHONY: csp
csp: build $(VENV)/dev-installed ## print the Content-Security-Policy under which the built site works
	@PYTHONPATH=tests $(BIN)/python tests/site/csp.py

LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
  --no-emit-index-url --no-annotate --no-header --quiet

.PHONY: lock
lock: $(VENV)/dev-installed ## write the lock files, from the ranges in pyproject.toml
	$(LOCK) pyproject.toml --group guide --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) scripts/create_user_pool.py --output-file tests/scripts/scripts.lock
	$(LOCK) tests/local_aws/requirements.in --output-file tests/local_aws/requirements.lock
	$(LOCK) tests/site/pytest_plugins.in --no-deps --output-file tests/site/pytest_plugins.lock
	cd tests && npm update --package-lock-only --no-audit --no-fund --silent

.PHONY: screenshots
screenshots: $(VENV)/dev-installed chromium ## take screenshots of the guide, into .screenshots/
	PYTHONPATH=tests $(BIN)/python tests/browser/screenshots.py

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf $(VENV) $(VENV)-local-aws tests/node_modules site .cache docs/verification.json .screenshots .mypy_cache .pytest_cache .ruff_cache .hypothesis

ADDRESS_PROBLEM = $(shell $(PYTHON) plugin/serve.py '$(ADDRESS)')

.PHONY: address
address:
	@$(if $(ADDRESS_PROBLEM),$(error $(ADDRESS_PROBLEM)))

# Blocks of pages keep nothing of their imports, so for the tests all is compiled before.
COMPILE := $(PYTHON) -m compileall -q -q -j 0
# A lock file lists everything, so pip has nothing to resolve. Python compiles what it imports.
PIP_INSTALL := pip install -qq --disable-pip-version-check --no-deps --no-compile

# What serves and builds the guide.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: Python 3.11 or newer is required, but $(PYTHON) is %s; choose another, such as make PYTHON=python3.12" % sys.version.split()[0])'
	@echo "Installing what the guide needs into $(VENV), once; this takes less than a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(BIN)/$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

# What the tests need besides. It pins the above to the same versions.
$(VENV)/dev-installed: requirements-dev.lock | $(VENV)/installed
	@echo "Installing what the tests need into $(VENV), once; this takes a few minutes."
	@$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@-$(COMPILE) $(VENV)/lib
	@-$(BIN)/pytest --collect-only -qq tests >/dev/null # compiles the tests, or each worker would
	@touch $@

.PHONY: local-aws
local-aws: $(VENV)-local-aws/installed

# The emulator and the aws command pin a botocore of their own.
$(VENV)-local-aws/installed: tests/local_aws/requirements.lock | $(VENV)/installed
	$(PYTHON) -m venv $(VENV)-local-aws
	$(VENV)-local-aws/bin/$(PIP_INSTALL) --require-hashes -r $<
	@-$(COMPILE) $(VENV)-local-aws/lib
	@touch $@

.PHONY: wheelhouse
wheelhouse: $(VENV)/wheelhouse/complete

# What the scripts need, so that a test can run them with uv and without a network.
$(VENV)/wheelhouse/complete: tests/scripts/scripts.lock | $(VENV)/installed
	$(BIN)/pip download -qq --disable-pip-version-check --require-hashes --dest $(VENV)/wheelhouse -r $<
	@touch $@

.PHONY: pytest-plugins
pytest-plugins: $(VENV)/pytest-plugins/complete

# In a folder that only their test has on its path. What they need besides is in the environment.
$(VENV)/pytest-plugins/complete: tests/site/pytest_plugins.lock | $(VENV)/installed
	$(BIN)/$(PIP_INSTALL) --require-hashes --upgrade --target $(@D) -r $<
	@-$(COMPILE) $(@D)
	@touch $@

.PHONY: axe typescript oidc-client esbuild
axe typescript oidc-client esbuild: tests/node_modules/.package-lock.json

# npm writes that file last.
tests/node_modules/.package-lock.json: tests/package-lock.json tests/package.json
	npm ci --prefix tests --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: chromium
chromium: $(VENV)/installed
	@$(BIN)/python tests/chromium.py
