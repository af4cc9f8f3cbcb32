# docflow: `make run` for the site, `make test` for the tests. Needs Debian or Ubuntu with git, make and python3 (3.11 or newer).
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install install-dev run seed test test-services check bench bench-ocr

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
MANAGE := $(PYTHON) manage.py
PORT ?= 8000

# What apt must give: Python's venv, the engine with its languages, a font for the samples and page images, curl for the printed call.
PACKAGES := python3-venv tesseract-ocr tesseract-ocr-eng tesseract-ocr-deu tesseract-ocr-fra fonts-dejavu-core curl ca-certificates
DEV_PACKAGES := chromium

# Services for `make test-services`.
export DOCFLOW_TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
export DOCFLOW_TEST_BROKER_URL ?= redis://127.0.0.1:6379/15

# Each held to 95 %: what decides, what must not lose work, what must not let a file out.
STRICT := documents/operations/* uploads/operations/* rules/operations/* docflow/accounts/operations.py */statuses.py \
  rules/engine.py,rules/conditions/* docflow/leases.py docflow/sandbox/*
PYTEST := $(PYTHON) -m pytest -n 2 --dist loadgroup

define apt_install
	@missing=""; for package in $(1); do dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q "install ok installed" || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  sudo=""; if [ "$$(id -u)" != 0 ]; then sudo="sudo"; command -v sudo >/dev/null || { echo "Missing packages:$$missing. Install them as root." >&2; exit 1; }; fi; \
	  echo "Installing$$missing" >&2; \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >&2 || exit 1; \
	fi
endef

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F '|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

install: ## system packages and .venv; nothing is started; safe to repeat
	$(call apt_install,$(PACKAGES))
	@$(MAKE) --no-print-directory --silent $(VENV)/installed

$(VENV)/installed: requirements.txt
	@test -x $(PYTHON) && $(PYTHON) -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); python3 -m venv $(VENV); }
	@echo "Installing Python packages" >&2
	@$(PYTHON) -m pip install --quiet --requirement requirements.txt
	@touch $@

install-dev: install
	$(call apt_install,$(DEV_PACKAGES))
	@$(MAKE) --no-print-directory --silent $(VENV)/installed-dev

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PYTHON) -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

run: install ## the site with a demo organization, at http://localhost:8000 (PORT=N for another)
	@$(MANAGE) seed_demo >/dev/null
	@exec $(MANAGE) serve --port $(PORT)

seed: install ## the demo organization with its sample documents
	@$(MANAGE) seed_demo

test: install-dev ## all tests on SQLite, with coverage
	@env -u DATABASE_URL -u BROKER_URL $(PYTEST) --cov --cov-report=
	@$(BIN)/coverage report --skip-covered --skip-empty --sort=cover | tail -n 40
	@set -o noglob; for part in $(STRICT); do \
	  echo "$$part: $$($(BIN)/coverage report --include="$$part" --format=total) % covered"; \
	  $(BIN)/coverage report --include="$$part" --fail-under=95 >/dev/null || exit 1; done

test-services: install-dev ## the same tests on PostgreSQL and Redis
	@$(PYTHON) tests/servers.py
	@DATABASE_URL="$$DOCFLOW_TEST_DATABASE_URL" BROKER_URL="$$DOCFLOW_TEST_BROKER_URL" $(PYTEST)

check: install-dev ## format, lint, types, import rules, templates, missing migrations, production settings
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --check
	@$(BIN)/djlint templates --lint --quiet
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check --fail-level WARNING
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	 env -u DATABASE_URL -u BROKER_URL DOCFLOW_DATA_DIR="$$folder" DOCFLOW_DEBUG=false DOCFLOW_ALLOWED_HOSTS=docflow.example \
	 DOCFLOW_SITE_URL=https://docflow.example DOCFLOW_SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	 DOCFLOW_PROXIES=1 $(MANAGE) check --deploy --fail-level WARNING

bench: install-dev ## documents and pages a second, beside the bare tools
	@$(PYTHON) -m bench
	@$(PYTHON) -m bench.reading

bench-ocr: install-dev ## the engines of text recognition beside each other, on the dev data (DATA=folder of another)
	@$(PYTHON) -m bench.ocr $(if $(DATA),--data $(DATA))
