# make help lists what there is. The two commands a newcomer needs: make run, make test.
SHELL       := /bin/bash
GO          ?= go
ADDR        ?= 127.0.0.1:8080
PKGS        := ./...
GENERATED   := $(GO) tool templ generate -log-level error

.DEFAULT_GOAL := help
.PHONY: help run test e2e check generate gallery bench build deps deps-test clean

help: ## list the targets
	@grep -hE '^[a-z0-9/-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: deps build ## build and start the portal with its own database and the demo institution
	./bin/portal demo --addr $(ADDR)

build: ## build bin/portal
	@mkdir -p bin
	$(GO) build -trimpath -ldflags "-X main.version=$$(git describe --always --dirty 2>/dev/null || echo dev)" -o bin/portal ./cmd/portal

test: deps deps-test ## run everything, browser tests included
	$(GO) vet $(PKGS)
	$(GO) test -p 2 -timeout 20m $(PKGS)

check: ## formatting, generated files, vet, static analysis, import rules
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt'; exit 1; }
	$(GENERATED)
	@git diff --exit-code --stat -- '*_templ.go' || { echo 'run make generate and commit'; exit 1; }
	$(GO) vet $(PKGS)
	$(GO) tool staticcheck $(PKGS)
	$(GO) test ./internal/arch/

e2e: deps-test ## the browser tests alone
	$(GO) test -count=1 -timeout 15m ./internal/e2e/...

generate: ## turn the .templ files into Go
	$(GENERATED)

gallery: ## show every view from its specimens on http://127.0.0.1:8090
	$(GO) run ./cmd/gallery -addr 127.0.0.1:8090

bench: build ## measure against the targets, small sizes
	./bin/portal bench customers --size small
	./bin/portal bench tags --size small
	./bin/portal bench consents --size small

deps: ## install PostgreSQL if the machine has none
	@./scripts/need.sh postgres

deps-test: ## install Chromium and a Chinese font if the machine has none
	@./scripts/need.sh chromium font

clean: ## remove what was built; data stay
	rm -rf bin
