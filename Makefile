# The targets that need only Go: build test generate check-generated fuzz damage bench lint man cross.
# The others make a virtual environment with TensorFlow in .venv (PYTHON names the interpreter).

GO      ?= go
PYTHON  ?= python3
T       ?= 60s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := -s -w -X main.buildVersion=$(VERSION) -X main.buildCommit=$(shell git rev-parse HEAD 2>/dev/null)
PY      := .venv/bin/python
TARGETS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

export CGO_ENABLED ?= 0

.PHONY: build test generate check-generated protobuf shapes man completions conformance conformance-all keras-all bench keras-bench fuzz damage lint cross clean

build: ## the program, as build/tfsave
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o build/tfsave ./cmd/tfsave

test: ## everything that needs no TensorFlow
	$(GO) vet ./...
	$(GO) test ./...

# --- what is generated ---

generate: ## specs/schema.json, man/, docs/tf-api.md and the tables of docs/keras.md
	$(GO) generate ./...

check-generated: generate ## fails where they were not up to date
	git diff --exit-code -- specs/schema.json man docs/tf-api.md docs/keras.md

protobuf: $(PY) ## internal/tfpb, from its .proto files
	PYTHON=$(abspath $(PY)) internal/tfpb/generate.sh

shapes: $(PY) ## internal/op/signatures.txt: measures TensorFlow's shape inference, takes long
	$(PY) conformance/ops/probe_shapes.py

man: ## the man pages
	$(GO) run ./cmd/tfsave man man

completions: ## of the shells, in build/completions
	mkdir -p build/completions
	for s in bash zsh fish powershell; do $(GO) run ./cmd/tfsave completion $$s > build/completions/tfsave.$$s || exit 1; done

# --- against TensorFlow ---

$(PY): conformance/requirements.txt
	PYTHON=$(PYTHON) conformance/setup.sh

conformance: $(PY) build ## every scenario, exported by tfsave and saved by TensorFlow; other readers
	$(PY) conformance/run.py --tfsave build/tfsave
	$(PY) conformance/read.py
	$(PY) conformance/digits/accuracy.py build/conformance/export/digits

conformance-all: $(PY) build ## and every reader, the library, the parser, the op table
	$(PY) conformance/lib/check_lib.py --all
	$(PY) conformance/parser/compare_ast.py
	$(PY) conformance/lib_export.py --tfsave build/tfsave --all
	$(PY) conformance/python/promotion.py --tfsave build/tfsave
	$(PY) conformance/run.py --tfsave build/tfsave
	$(PY) conformance/digits/accuracy.py build/conformance/export/digits
	$(PY) conformance/read.py --all
	$(PY) conformance/reading/compare.py --tfsave build/tfsave
	$(PY) conformance/ops/compare_shapes.py
	$(PY) conformance/ops/compare_values.py

keras-all: $(PY) build ## every Keras layer and op in all its options, random models, every architecture of keras.applications, Keras 2, training, other readers
	$(PY) conformance/keras/layers.py --tfsave build/tfsave
	$(PY) conformance/keras/ops.py --tfsave build/tfsave
	$(PY) conformance/keras/random_models.py --tfsave build/tfsave --count 500
	$(PY) conformance/keras/random_models.py --tfsave build/tfsave --count 300 --quantized
	$(PY) conformance/keras/quantized.py --tfsave build/tfsave
	$(PY) conformance/keras/applications.py --tfsave build/tfsave --all
	$(PY) conformance/keras/keras2.py --tfsave build/tfsave
	$(PY) conformance/keras/training.py --tfsave build/tfsave
	$(PY) conformance/keras/exports.py --tfsave build/tfsave --all

bench: $(PY) build ## times of whole processes, beside TensorFlow and cp
	$(GO) test -run '^$$' -bench Process -benchtime 50x ./cmd/tfsave
	$(PY) conformance/bench.py --tfsave build/tfsave

keras-bench: $(PY) build ## exports of Keras models, beside Keras's own
	$(PY) conformance/keras/bench.py --tfsave build/tfsave

# --- care ---

# Go reports a failure where the time ends while it makes an input smaller, hence -fuzzminimizetime.
fuzz: ## every fuzz test for T each: make fuzz T=60s
	@grep -rlE '^func Fuzz' --include='*_test.go' . | while read -r file; do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
			echo "$$(dirname $$file) $$name"; \
			$(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(T) -fuzzminimizetime 1x ./$$(dirname $$file) || exit 1; \
		done; \
	done

damage: ## what reads models, on damaged ones: checkpoints in 10,000 ways of each kind, graph files in 100,000
	$(GO) test ./internal/bundle -run 'TestDamage$$' -timeout 0 -args -damage 10000
	$(GO) test ./cmd/tfsave -run TestDamagedGraphs -timeout 0 -v -args -damage 100000

lint: ## formatting
	@test -z "$$(gofmt -l cmd internal conformance specs)" || { gofmt -l cmd internal conformance specs; exit 1; }

cross: ## every platform of a release compiles
	for t in $(TARGETS); do \
		echo $$t; GOOS=$${t%/*} GOARCH=$${t#*/} $(GO) build -trimpath -o build/cross/ ./cmd/tfsave || exit 1; \
	done

clean:
	rm -rf build dist
