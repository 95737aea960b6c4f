# make demo   the whole story on the terminal, in about two minutes
# make test   installs what the tests need, builds, runs every test
# make release  the program as it is used, in .build/release (about ten minutes)
# make soak   the long form of the tests that repeat or wait: kills, reloads, failing receivers, outages
# make check  formatting, without building
# make format rewrites the sources in the repository's format
# make deb    the Debian package, in .build/deb
# make dashboards  writes the dashboards, asks every query of them, and draws their previews
# make docs        writes README's table of metrics from the code
# make manifests   renders deploy/kubernetes from the chart

SWIFT ?= swift
CONFIGURATION ?= debug
# What --version says of the source.
export BUILD_REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)

.PHONY: demo test release soak build packages test-packages check format deb dashboards docs manifests

packages:
	@./.ci/install-packages build

test-packages: packages
	@./.ci/install-packages test

build: packages
	$(SWIFT) build --configuration $(CONFIGURATION)

release: packages
	$(SWIFT) build --configuration release --product ai-credits-agent

demo: build
	@BIN_PATH="$$($(SWIFT) build --configuration $(CONFIGURATION) --show-bin-path)" ./deploy/demo/run.sh

# More at once than cores, since many wait; not all at once, or those that wait starve.
test: test-packages
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --experimental-maximum-parallelization-width 8

soak: test-packages
	$(SWIFT) build --build-tests
	AI_CREDITS_SOAK=1 $(SWIFT) test --skip-build --disable-xctest --filter 'SoakTests|SchemaTests'

check:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

# The Swift runtime goes into the program: Debian has no package of it.
deb: CONFIGURATION = release
deb: packages
	$(SWIFT) build --configuration $(CONFIGURATION) --static-swift-stdlib \
		--scratch-path .build/static --product ai-credits-agent
	./deploy/debian/build-deb.sh --output .build/deb \
		--binary .build/static/$(CONFIGURATION)/ai-credits-agent

dashboards: build test-packages
	./deploy/grafana/make-dashboards.py
	@BIN_PATH="$$($(SWIFT) build --configuration $(CONFIGURATION) --show-bin-path)" \
		./deploy/grafana/prove.sh --previews

docs: packages
	$(SWIFT) build --build-tests
	AI_CREDITS_WRITE_DOCS=1 $(SWIFT) test --skip-build --disable-xctest --filter MetricsTableTests

manifests: test-packages
	.build/test-tools/bin/python deploy/helm/render.py
