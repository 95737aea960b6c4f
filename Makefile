# make demo   the whole story on the terminal, in about two minutes
# make test   installs what the tests need, builds, runs every test
# make check  formatting, without building
# make format rewrites the sources in the repository's format

SWIFT ?= swift
CONFIGURATION ?= debug

.PHONY: demo test build packages test-packages check format

packages:
	@./.ci/install-packages build

test-packages: packages
	@./.ci/install-packages test

build: packages
	$(SWIFT) build --configuration $(CONFIGURATION)

demo: build
	@BIN_PATH="$$($(SWIFT) build --configuration $(CONFIGURATION) --show-bin-path)" ./deploy/demo/run.sh

test: test-packages
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest

check:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests
