# `make` alone lists what there is. Everything works from a fresh clone on Debian, Ubuntu or macOS with Go and make.

GOLANGCI_LINT_VERSION := v2.15.0
GOFUMPT_VERSION       := v0.12.0
GOVULNCHECK_VERSION   := v1.9.0
FREEZE_VERSION        := v0.2.2

# Go's own installer puts it there and leaves PATH to the reader.
export PATH := $(PATH):/usr/local/go/bin

# Folders called testdata are left out of ./..., and the fixtures' generator lives in one.
PACKAGES := ./... ./testdata/make/...

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

# One folder for each version of a tool: another version here is another folder, and is built when first needed.
BIN           := $(CURDIR)/.bin
GOLANGCI_LINT := $(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION)/golangci-lint
GOFUMPT       := $(BIN)/gofumpt-$(GOFUMPT_VERSION)/gofumpt
GOVULNCHECK   := $(BIN)/govulncheck-$(GOVULNCHECK_VERSION)/govulncheck
FREEZE        := $(BIN)/freeze-$(FREEZE_VERSION)/freeze

.DEFAULT_GOAL := help
.PHONY: help setup build run test bench lint fixtures golden picture clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install missing system packages (the other targets do it themselves)
	@.ci/setup

build: setup ## build ./earmark
	go build -trimpath -buildvcs=false -ldflags '-X main.version=$(VERSION)' -o earmark .

run: build ## open the workstation on a demo queue; without a terminal, scan it and print the summary
	./earmark demo testdata/demo

# The fixtures' generator runs without the race detector, which makes it ten times as slow and has little to see in it:
# a piece is made by one goroutine, and its hash shows if another has touched it. A program with the detector waits a
# second at its end; there are hundreds of them, and a tenth is time enough.
test: setup ## all tests, the program's with the race detector
	GORACE=atexit_sleep_ms=100 go test -race -timeout 8m ./...
	go test -timeout 8m ./testdata/make/...

bench: ## all benchmarks
	@.ci/setup bench
	go test -run '^$$' -bench . -benchmem -timeout 30m $(PACKAGES)

lint: setup $(GOLANGCI_LINT) $(GOFUMPT) $(GOVULNCHECK) ## linters, format, tidy go.mod, known vulnerabilities
	go mod tidy -diff
	go vet $(PACKAGES)
	$(GOLANGCI_LINT) run $(PACKAGES)
	@unformatted=$$($(GOFUMPT) -l .); [ -z "$$unformatted" ] || { echo "gofumpt -w $$unformatted"; exit 1; }
	@.ci/vulncheck $(GOVULNCHECK) $(PACKAGES)

fixtures: setup ## make testdata again, from code
	go run ./testdata/make

golden: setup ## accept the screens and figures as they are drawn now: look at the diff before you commit it
	UPDATE_GOLDEN=1 go test ./ui/... ./analyzer/training/evaluation

picture: build $(FREEZE) ## draw the review screen of the README again (needs tmux)
	.ci/picture ./earmark $(FREEZE) .github/review.svg

clean: ## remove what was built, the linters too
	rm -rf earmark $(BIN)

$(GOLANGCI_LINT):
	GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)

$(GOFUMPT):
	GOBIN=$(@D) go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)

$(GOVULNCHECK):
	GOBIN=$(@D) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)

$(FREEZE):
	GOBIN=$(@D) go install github.com/charmbracelet/freeze@$(FREEZE_VERSION)
