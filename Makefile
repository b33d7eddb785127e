# Targets are few and guessable. `make demo` and `make test` work on a fresh machine with Go alone.
GO ?= go
FUZZTIME ?= 3s
BIN = bin/truce

# Modules beside the product's own: what it is held against is no dependency of it.
OTHER_MODULES = oracle bench

.PHONY: all build demo wasm test race lint fuzz bench peers referee postgis clean

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
	cd bench && $(GO) vet ./... && $(GO) test ./workload ./peers ./compare

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

# The check's index beside its peers, in one run: minutes at a million zones. ZONES=30000,1000000 PEERS=all
ZONES ?= 30000
PEERS ?= all
peers:
	cd bench && $(GO) run ./compare -zones $(ZONES) -peers "$(PEERS)"

# The check's index before two referees that share no code with it; 10,000,000 take about an hour. CHECKS=10000000
CHECKS ?= 200000
referee:
	cd oracle && TRUCE_CHECKS=$(CHECKS) TRUCE_PER_WORLD=2000 $(GO) test ./referee -run TestIndex -v -timeout 0

# The check's index before PostGIS, in a PostgreSQL that is thrown away. Installs Debian's packages.
postgis:
	./.ci/postgis verify
	./.ci/postgis http

clean:
	rm -rf bin
