# Tagsmith's short commands. Meson and Ninja do the work; scripts/ holds every longer step.
# Knows no compiler flag and no file list: those are in meson.build.

BUILD ?= build
PHOTOS ?=
OUT ?= out
FUZZ_SECONDS ?= 20
DESTDIR ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

LISTEN ?=

export BUILD PHOTOS OUT LISTEN FUZZ_SECONDS JOBS

.DEFAULT_GOAL := help
.PHONY: help setup configure build run stop test test-all bench fuzz lint format clean install

help:
	@echo 'make run PHOTOS=DIR  tag every picture below DIR (written to $(OUT)/), then serve the catalogue on LISTEN'
	@echo 'make stop            end the server that make run started'
	@echo 'make build           fetch what is missing, build $(BUILD)/tagsmith'
	@echo 'make test            build and run the tests'
	@echo 'make test-all        the other compiler, the sanitizers, the lint: what CI runs after make test'
	@echo 'make bench           throughput beside a peer, quality, start-up, memory'
	@echo 'make fuzz            run each fuzzer for FUZZ_SECONDS ($(FUZZ_SECONDS))'
	@echo 'make lint            formatting, static analysis, layers'
	@echo 'make format          rewrite the C sources as .clang-format says'
	@echo 'make install         install program, library and headers (DESTDIR and PREFIX are respected)'
	@echo 'make setup           only fetch and install what the build needs'
	@echo 'make clean           remove build folders and $(OUT)/; what was fetched stays'

setup:
	@scripts/setup

configure: setup
	@scripts/configure $(BUILD)

build: configure
	@ninja -C $(BUILD) -j $(JOBS) program

run: build
	@scripts/run

stop:
	@scripts/run stop

test: configure
	@ninja -C $(BUILD) -j $(JOBS)
	@scripts/run-tests $(BUILD)

test-all:
	@scripts/setup --dev
	@scripts/test-all

bench: build
	@bench/run

fuzz:
	@scripts/fuzz

lint:
	@scripts/setup --dev
	@scripts/lint

format:
	@scripts/lint --fix

install: build
	@ninja -C $(BUILD) -j $(JOBS)
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild

clean: stop
	rm -rf build build-* out
