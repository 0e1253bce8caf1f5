# The two commands of README.md are `make walkthrough` and `make test`.
SWIFT ?= swift
OUTPUT ?= Output
FOLDERS = Package.swift Sources Walkthroughs Tests

.PHONY: walkthrough step test soak format lint bench docs portrait shipped clean packages build

walkthrough: build
	$(SWIFT) run -c release --skip-build walk --all --output $(OUTPUT)/walkthrough
	@echo "Open $(OUTPUT)/walkthrough/index.html, or look at the pictures beside it."

step: build
	$(SWIFT) run -c release --skip-build walk

build: packages
	$(SWIFT) build -c release

# A build folder of its own: building for tests and for use in one folder would rebuild everything
# each time they take turns.
test: packages
	$(SWIFT) test -c release --scratch-path .build-tests

# Kills training 200 times at random moments, during saves too: what `make test` does five times.
soak: packages
	SSGAN3D_KILLS=200 $(SWIFT) test -c release --scratch-path .build-tests --filter KillTests

format:
	$(SWIFT) format -i -r $(FOLDERS)

lint:
	$(SWIFT) format lint --strict -r $(FOLDERS)

# With PEER=<Python interpreter with torch> the model is measured against a PyTorch implementation of
# it as well, whose benchmark is looked for beside this project unless PEER_SCRIPT names it.
PEER_SCRIPT ?= $(firstword $(wildcard ../*/peer/peer_bench.py))
PEER_OPTIONS = $(if $(PEER),--peer $(PEER) --peer-script "$(PEER_SCRIPT)")

bench: build
	$(SWIFT) run -c release --skip-build bench --out Docs/Performance.md \
	  --curves Docs/Pictures/scaling.png $(PEER_OPTIONS) $(BENCH)

# Every picture in Docs: those of the walkthrough as Docs/Pictures/sources.txt lists them, those of
# classes and camera poses from the portraits themselves, that of an inversion from one.
docs: build
	$(SWIFT) run -c release --skip-build walk --all --output $(OUTPUT)/walkthrough
	grep -v '^#' Docs/Pictures/sources.txt | while read from to; do \
	  cp "$(OUTPUT)/walkthrough/$$from" "$$to" || exit 1; done
	$(SWIFT) run -c release --skip-build make-portrait $(OUTPUT)/portrait --pictures Docs/Pictures
	$(SWIFT) run -c release --skip-build ssgan3d invert --image Fixtures/Portrait/front.png \
	  --labels Fixtures/Portrait/labels.png --classes 13 --out $(OUTPUT)/inverted
	cp $(OUTPUT)/inverted/sheet.png Docs/Pictures/inversion.png

# The generator that ships: FROM is a checkpoint of a run, whose weights are the moving average.
shipped:
	@test -n "$(FROM)" || { echo "Say whose: make shipped FROM=Output/run/checkpoints/iteration-…"; exit 2; }
	cp "$(FROM)/config.json" "$(FROM)/generator.safetensors" "$(FROM)/../../run.json" Fixtures/Checkpoint/

portrait: build
	$(SWIFT) run -c release --skip-build make-portrait Fixtures/Portrait

packages:
	@./.ci/packages

# What building, the tour and `make docs` made; runs of training and the like stay.
clean:
	rm -rf .build .build-* $(addprefix $(OUTPUT)/,walkthrough portrait inverted)
