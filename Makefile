# Targets are few and guessable. `make demo` and `make test` work on a fresh machine with Go alone.
GO ?= go
FUZZTIME ?= 3s
BIN = bin/truce

.PHONY: all build demo test race lint fuzz bench clean

all: build

build:
	$(GO) build -trimpath -o $(BIN) ./cmd/truce

demo: build
	$(BIN) demo

test:
	$(GO) test ./...

race:
	$(GO) test -race ./...

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...

fuzz:
	./.ci/fuzz $(FUZZTIME)

bench: build
	$(GO) test -run '^$$' -bench . -benchtime 3x ./bench/...

clean:
	rm -rf bin
