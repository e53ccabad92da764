# Ironlatch: `make` lists the targets. Each makes what it needs first: nothing is to be done before.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)/.tools
NATIVE := python/ironlatch/_native.abi3.so
RUST_SOURCES := Cargo.toml Cargo.lock $(shell find crates -name '*.rs' -o -name Cargo.toml)

.PHONY: help tools develop
help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(TOOLS): requirements-dev.txt requirements-dev-no-deps.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --requirement requirements-dev-no-deps.txt
	echo "$(CURDIR)/python" > $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ironlatch-develop.pth
	touch $@

$(NATIVE): $(RUST_SOURCES) | $(TOOLS)
	PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo build --locked --package ironlatch-python
	cp target/debug/lib_native.so $@

tools: $(TOOLS) ## Make the environment of Python that all else runs in

develop: $(TOOLS) $(NATIVE) ## Build the extension in place, quickly, for working on the code

# `make conformance` tests a wheel of the profile that `make develop` builds in: one build of AWS-LC serves all checks.
PROFILE ?= release
DIST ?= dist
CONFORMANCE_PROFILE ?= dev
CONFORMANCE_DIST := target/conformance-dist
WHEEL_SOURCES := $(RUST_SOURCES) pyproject.toml README.md $(shell find python -name '*.py' -o -name '*.pyi' -o -name py.typed)

.PHONY: wheel dropin
wheel: $(DIST)/.wheel-$(PROFILE) ## Build the wheel into dist/

$(DIST)/.wheel-$(PROFILE): $(WHEEL_SOURCES) | $(TOOLS)
	rm -f $(DIST)/ironlatch-*.whl $(DIST)/.wheel-*
	$(BIN)/maturin build --quiet --locked --profile $(PROFILE) --interpreter $(CURDIR)/$(BIN)/python --out $(DIST)
	touch $@

dropin: dist/.dropin ## Build the distribution that answers to the name cryptography into dist/

# `./` matters: without it pip would take the name for a package of the registry.
dist/.dropin: $(WHEEL_SOURCES) $(shell find dropin -name '*.*' -type f -not -path '*/__pycache__/*') | $(TOOLS)
	rm -f dist/cryptography-*.whl
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist ./dropin
	touch $@

# The oldest that is supported, and those that replace what they are given.
OLD_FRAMEWORKS := requests==2.28.0,urllib3==1.26.9 requests==2.31.0,urllib3==2.0.2 requests==2.32.0,urllib3==2.2.1 \
	requests==2.32.2,urllib3==1.26.20 httpx==0.26.0

.PHONY: frameworks
frameworks: develop ## Test pins and signed requests with old versions of requests, urllib3 and httpx, from PyPI
	set -e; for versions in $(OLD_FRAMEWORKS); do \
		echo "$$versions"; folder=target/frameworks/$$versions; \
		[ -d $$folder ] || $(BIN)/pip install --quiet --target $$folder $${versions//,/ }; \
		PYTHONPATH=$$folder $(BIN)/python -m pytest tests/python/test_pinning*.py tests/python/test_signing_adapters.py; \
	done

.PHONY: conformance
conformance: dropin ## Run the peer's own tests against our wheel (FILES="test_rsa test_fernet", RECORD=1)
	$(MAKE) --no-print-directory wheel PROFILE=$(CONFORMANCE_PROFILE) DIST=$(CONFORMANCE_DIST)
	$(BIN)/python tests/conformance/run.py $(if $(FILES),--files "$(FILES)") $(if $(RECORD),--record) \
		$(CONFORMANCE_DIST)/ironlatch-*.whl dist/cryptography-*.whl

.PHONY: clients
clients: dropin ## Run the tests of packages that depend on the peer, with the drop-in under them (ONLY="paramiko PyJWT", RECORD=1)
	$(MAKE) --no-print-directory wheel PROFILE=$(CONFORMANCE_PROFILE) DIST=$(CONFORMANCE_DIST)
	$(BIN)/python tests/clients/run.py $(if $(ONLY),--only "$(ONLY)") $(if $(RECORD),--record) $(if $(LOCK),--lock) \
		$(CONFORMANCE_DIST)/ironlatch-*.whl dist/cryptography-*.whl

.PHONY: ct
ct: ## Look for branches and addresses that depend on secrets, with valgrind (ONLY=rsa)
	cp Cargo.lock tests/ct/Cargo.lock
	cargo build --quiet --manifest-path tests/ct/Cargo.toml --target-dir target
	valgrind --quiet --error-limit=no --expensive-definedness-checks=yes --num-callers=12 --log-file=target/ct.log \
		target/debug/ironlatch-ct target/ct.log $(if $(ONLY),"$(ONLY)")

FUZZ_TARGETS = $(if $(ONLY),$(ONLY),$(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs))))
FUZZ_CORPUS := target/fuzz-corpus
SECONDS ?= 30

.PHONY: fuzz
fuzz: develop ## Feed noise to every parser, and compare ours with others (SECONDS=600, ONLY="pem jwk")
	cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
	cp Cargo.lock fuzz/Cargo.lock
	$(BIN)/python -W ignore fuzz/seeds.py $(FUZZ_CORPUS)
	cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz build --target-dir ../target/fuzz
	cd fuzz && for target in $(FUZZ_TARGETS); do \
		mkdir -p ../$(FUZZ_CORPUS)/$$target && echo "$$target:" && \
		RUSTC_BOOTSTRAP=1 cargo fuzz run --target-dir ../target/fuzz $$target $(CURDIR)/$(FUZZ_CORPUS)/$$target -- \
			-max_total_time=$(SECONDS) -timeout=30 -max_len=8192 -verbosity=0 -print_final_stats=1 || exit 1; \
	done
	$(if $(ONLY),,$(MAKE) --no-print-directory differential)

.PHONY: differential
differential: develop ## Make random calls to this package and to the peer's, and compare (SECONDS=600)
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/pip install --quiet --upgrade cryptography==$(PEER_VERSION) cryptography_vectors==$(PEER_VERSION) certifi
	PYTHONPATH=python $(BENCH)/bin/python fuzz/differential.py --seconds $(SECONDS)
	PYTHONPATH=python $(BENCH)/bin/python fuzz/differential_x509.py --seconds $(SECONDS)
	PYTHONPATH=python $(BENCH)/bin/python fuzz/differential_chains.py --seconds $(SECONDS)

# What other people's programs do with the same files, to compare with.
RAGE_VERSION := 0.12.1
RAGE := target/tools/rage-$(RAGE_VERSION)/bin/rage

$(RAGE):
	cargo install --quiet --locked --root $(patsubst %/bin/rage,%,$@) --target-dir target/tools/build rage@$(RAGE_VERSION)

.PHONY: peers
peers: ## Install the programs of Debian that tests and benches need: age, OpenSSH, OpenSSL, PuTTY and keytool to compare with, Java for Spark (as root)
	@if command -v age >/dev/null && command -v ssh-keygen >/dev/null && command -v java >/dev/null && \
		test -x /usr/sbin/sshd && command -v puttygen >/dev/null && command -v openssl >/dev/null; then true; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install --no-install-recommends age openssh-client openssh-server openssl putty-tools default-jre-headless >/dev/null; \
	else echo "NOT TESTED: age, OpenSSH, openssl, puttygen or java is not installed, and that takes root and Debian" >&2; fi

MEMORY := target/memory-venv

.PHONY: memory
memory: wheel ## Look for secrets that stay in memory, with code as it is released: the wheel, and the Rust crates
	test -x $(MEMORY)/bin/python || $(PYTHON) -m venv $(MEMORY)
	$(MEMORY)/bin/pip install --quiet $$(grep ^pytest== requirements-dev.txt)
	$(MEMORY)/bin/pip install --quiet --force-reinstall --no-deps dist/ironlatch-*.whl
	$(MEMORY)/bin/python -m pytest tests/python/test_memory.py
	cargo test --locked --release --quiet --package ironlatch --test memory

BENCH := target/bench-venv
PEER_VERSION := 50.0.2

.PHONY: bench
bench: wheel $(if $(or $(if $(ONLY),,all),$(findstring files,$(ONLY))),peers $(RAGE)) ## Measure against the peer (ONLY=fernet, WRITE=1, JSON=file, ROUNDS=61)
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/pip install --quiet --upgrade cryptography==$(PEER_VERSION) certifi $$(grep ^pyarrow== requirements-dev.txt)
	$(BENCH)/bin/pip install --quiet --force-reinstall --no-deps dist/ironlatch-*.whl
	PATH=$(CURDIR)/$(dir $(RAGE)):$$PATH $(BENCH)/bin/python -m benches $(if $(ONLY),--only "$(ONLY)") $(if $(WRITE),--write) $(if $(JSON),--json $(JSON)) \
		$(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: docs
docs: | $(TOOLS) ## Check the documentation: rustdoc without a warning, no broken link
	PYO3_PYTHON=$(CURDIR)/$(BIN)/python RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
	$(PYTHON) docs/check_links.py

# The first of them needs the lists of known faults, on GitHub and PyPI.
CHECKS ?= advisories licenses bans sources
DENY_VERSION := 0.20.2
DENY := target/tools/cargo-deny-$(DENY_VERSION)/bin/cargo-deny
AUDIT := target/audit-venv
PIP_AUDIT_VERSION := 2.10.1

$(DENY):
	cargo install --quiet --locked --root $(patsubst %/bin/cargo-deny,%,$@) --target-dir target/tools/build cargo-deny@$(DENY_VERSION)

.PHONY: audit
audit: $(DENY) ## Look for dependencies with known faults or licenses that are not ours (CHECKS="licenses bans sources" without a network)
	$(DENY) check $(CHECKS)
ifneq ($(filter advisories,$(CHECKS)),)
	test -x $(AUDIT)/bin/pip-audit || $(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install --quiet pip-audit==$(PIP_AUDIT_VERSION)
	$(AUDIT)/bin/pip-audit --strict --disable-pip --no-deps --requirement requirements-dev.txt --requirement requirements-dev-no-deps.txt
endif

.PHONY: stubs
stubs: develop ## Copy the documentation of native classes and functions into their stubs
	$(BIN)/python python/stubs.py

.PHONY: rotation-demo
rotation-demo: develop ## Rotate 300,000 rows of PostgreSQL under a load of reads and writes (ARGS="--rows 50000 --rate 500")
	$(BIN)/python examples/rotation_demo.py $(ARGS)

TOUR := target/tour-venv

.PHONY: tour
tour: wheel dropin ## Install into a fresh environment and show what Ironlatch does (FILE=any file of yours)
	rm -rf $(TOUR) && $(PYTHON) -m venv $(TOUR)
	$(TOUR)/bin/pip install --quiet dist/ironlatch-*.whl dist/cryptography-*.whl
	$(TOUR)/bin/python examples/tour.py $(FILE)

.PHONY: test test-rust test-python types
test: test-rust test-python types ## Run the Rust tests, the Python tests with the guide's examples, and the stub checks

test-rust: | $(TOOLS)
	PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo test --locked --workspace --quiet

test-python: develop dropin
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

types: develop
	$(BIN)/python python/stubs.py --check
	$(BIN)/mypy python benches dropin/src tests/typing
	MYPYPATH=python $(BIN)/stubtest ironlatch --mypy-config-file pyproject.toml --allowlist tests/typing/stubtest-allowed.txt

.PHONY: fmt lint
fmt: | $(TOOLS) ## Format everything
	cargo fmt --all
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

lint: | $(TOOLS) ## Check formatting, layers, clippy, ruff, types and wording
	cargo fmt --all --check
	$(BIN)/python .ci/arrows.py
	PYO3_PYTHON=$(CURDIR)/$(BIN)/python cargo clippy --locked --workspace --all-targets -- -D warnings
	@# A check links nothing: libFuzzer, which is C++, need not be built.
	for separate in fuzz tests/ct; do cp Cargo.lock $$separate/Cargo.lock && \
		CUSTOM_LIBFUZZER_PATH=$(CURDIR)/target/libfuzzer.a cargo check --quiet --manifest-path $$separate/Cargo.toml --target-dir target --all-targets || exit 1; done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tests/prose/check.py
	$(BIN)/mypy python benches dropin/src tests/typing
