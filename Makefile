# Targets are few and guessable. `make demo` and `make test` work on a fresh machine with Go alone.
GO ?= go
FUZZTIME ?= 3s
BIN = bin/truce

# Modules beside the product's own: what it is held against is no dependency of it.
OTHER_MODULES = oracle bench

.PHONY: all build demo test race lint fuzz bench clean

all: build

build:
	$(GO) build -trimpath -o $(BIN) ./cmd/truce

demo: build
	$(BIN) demo

test:
	$(GO) test ./...
	cd oracle && $(GO) test ./...
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
