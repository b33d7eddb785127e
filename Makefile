# Targets are few and guessable. `make demo` and `make test` work on a fresh machine with Go alone.
GO ?= go
FUZZTIME ?= 3s
BIN = bin/truce

# Modules beside the product's own: what it is held against is no dependency of it.
OTHER_MODULES = oracle bench

.PHONY: all build demo wasm test race lint fuzz bench clean

all: build

build:
	$(GO) build -trimpath -o $(BIN) ./cmd/truce

demo: build
	$(BIN) demo

# One page that checks packs in a browser, without a network: docs/check/check.html.
wasm:
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags="-s -w" -o bin/pack.wasm ./cmd/packwasm
	$(GO) run ./cmd/packwasm/bundle bin/pack.wasm "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" docs/check/check.html

test:
	$(GO) test ./...
	cd oracle && $(GO) test ./...
	cd oracle/litewitness && $(GO) test ./...
	cd bench && $(GO) vet ./...

race:
	$(GO) test -race ./...

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	@for m in $(OTHER_MODULES); do echo "$(GO) vet ./... in $$m"; (cd $$m && $(GO) vet ./...) || exit 1; done

fuzz:
	./.ci/fuzz $(FUZZTIME)

bench: build
	cd bench && $(GO) test -run '^$$' -bench . -benchtime 3x ./...

clean:
	rm -rf bin
