# README.md explains the two main commands, `make walkthrough` and `make test`.
SWIFT ?= swift
OUTPUT ?= Output
FOLDERS = Package.swift Sources Walkthroughs Tests

.PHONY: walkthrough step live exercise test browser-test soak fuzz mutants format lint bench reproduction docs reference portrait shipped clean packages build install uninstall

walkthrough: build
	$(SWIFT) run -c release --skip-build walk --all --output $(OUTPUT)/walkthrough
	@echo "Open $(OUTPUT)/walkthrough/index.html in a browser, or view the pictures beside it."

step: build
	$(SWIFT) run -c release --skip-build walk

# The same chapters in a browser on this computer, where every parameter has a slider, a menu or a switch
# that runs the step again. PORT=9000 chooses another port; Ctrl-C ends.
live: build
	$(SWIFT) run -c release --skip-build walk --live $(if $(PORT),--port $(PORT))

# Marks a solution of an exercise in Walkthroughs/Exercises: `make exercise N=7`, or without N all of
# them; with ANSWER=1 it shows the answer.
exercise: packages
	@$(SWIFT) build --quiet -c release --product exercise
	@$(SWIFT) run --quiet -c release --skip-build exercise $(N) $(if $(ANSWER),--answer)

build: packages
	$(SWIFT) build -c release

# Tests have their own build folder. If they shared one with the programs, switching between the two
# would rebuild everything.
test: packages
	$(SWIFT) test -c release --scratch-path .build-tests
	SWIFT="$(SWIFT)" ./.ci/reference --check .build-tests

# Writes the pages of the walkthrough and checks them, the live pages and the studio in a headless Chromium
# (CONTRIBUTING.md, "Pages in a browser"). Pictures of the pages are written to Output/browser. ONLY=portrait
# checks one page.
browser-test: build
	$(SWIFT) run -c release --skip-build walk --all --output $(OUTPUT)/walkthrough
	ONLY="$(ONLY)" ./.ci/browser-test $(OUTPUT)/walkthrough $(OUTPUT)/browser .build/release/walk \
	  .build/release/ssgan3d

# Kills the commands that write 1000 times at random moments, also while they write, and runs them with
# full disks, read-only folders, few descriptors and little memory. `make test` does little of this.
soak: packages
	SSGAN3D_KILLS=$(or $(KILLS),1000) $(SWIFT) test -c release --scratch-path .build-tests \
	  --filter 'KillTests|KilledCommandTests|ScarcityTests'

# Puts about a hundred small flaws into a copy of the sources, one at a time, and runs the tests that
# must notice them (CONTRIBUTING.md). ONLY names mutants or lists: make mutants ONLY="training r1-half".
mutants: packages
	SSGAN3D_MUTANTS="$(or $(ONLY),all)" $(SWIFT) test -c release --scratch-path .build-tests \
	  --filter MutationRun

# Gives every reader of files a million inputs, guided by coverage (CONTRIBUTING.md, "Fuzzing").
# RUNS=10000 makes fewer, READER="npy png" names readers, KEEP=yes stores what was learned.
fuzz: packages
	SWIFT="$(SWIFT)" RUNS="$(RUNS)" READER="$(READER)" KEEP="$(KEEP)" ./.ci/fuzz

format:
	$(SWIFT) format -i -r $(FOLDERS)

lint:
	$(SWIFT) format lint --strict -r $(FOLDERS)

# With PEER=<Python interpreter with torch> the model is also compared with a PyTorch implementation.
# PEER_SCRIPT names its benchmark script, which is otherwise searched for beside this project.
PEER_SCRIPT ?= $(firstword $(wildcard ../*/peer/peer_bench.py))
PEER_OPTIONS = $(if $(PEER),--peer $(PEER) --peer-script "$(PEER_SCRIPT)")

bench: build
	$(SWIFT) run -c release --skip-build bench --out Docs/Performance.md \
	  --curves Docs/Pictures/scaling.png $(PEER_OPTIONS) $(BENCH)

# Trains models that differ in one thing, and measures them, to put the paper's claims to the test; it takes a
# day on two cores and can be stopped and started again. Runs are written to Output/reproduction.
reproduction: build
	SSGAN3D=.build/release/ssgan3d OUT=$(OUTPUT)/reproduction ./.ci/reproduction

# Makes every picture in Docs but those of the studio, which `make browser-test` takes: copies those of the
# walkthrough that Docs/Pictures/sources.txt lists, renders those of the classes and camera poses, inverts a
# portrait for Docs/Inversion.md, and moves from one portrait to another for README.md.
docs: build
	$(SWIFT) run -c release --skip-build walk --all --output $(OUTPUT)/walkthrough
	grep -v '^#' Docs/Pictures/sources.txt | while read from to; do \
	  cp "$(OUTPUT)/walkthrough/$$from" "$$to" || exit 1; done
	$(SWIFT) run -c release --skip-build make-portrait $(OUTPUT)/portrait --pictures Docs/Pictures
	$(SWIFT) run -c release --skip-build ssgan3d invert --image Fixtures/Portrait/front.png \
	  --labels Fixtures/Portrait/labels.png --classes 13 --out $(OUTPUT)/inverted
	cp $(OUTPUT)/inverted/sheet.png Docs/Pictures/inversion.png
	$(SWIFT) run -c release --skip-build ssgan3d interpolate --seed 3 --to 7 --part hair \
	  --out $(OUTPUT)/interpolation
	cp $(OUTPUT)/interpolation/sheet.png Docs/Pictures/interpolation.png

# Builds the reference of the public modules with DocC: documentation comments, Docs/Reference and
# Docs/Equations. With REPOSITORY=<web address> its links lead to the files there; the default is the
# remote `origin`. REFERENCE_OPTIONS go to `docc convert`, for example --hosting-base-path=ssgan3d.
reference: build
	SWIFT="$(SWIFT)" ./.ci/reference .build $(OUTPUT)/reference
	@echo "To read it: python3 -m http.server --directory $(OUTPUT)/reference 8000"
	@echo "and open http://localhost:8000/documentation in a browser."

# Replaces the shipped generator by the moving average of a run; FROM is a checkpoint of that run.
shipped:
	@test -n "$(FROM)" || { echo "FROM is missing: make shipped FROM=Output/run/checkpoints/iteration-…"; exit 2; }
	cp "$(FROM)/config.json" "$(FROM)/generator.safetensors" "$(FROM)/../../run.json" Fixtures/Checkpoint/

portrait: build
	$(SWIFT) run -c release --skip-build make-portrait Fixtures/Portrait

# Copies ssgan3d and ssgan3d-walk to PREFIX/bin, what they read to PREFIX/share/ssgan3d, and shell
# completions to PREFIX/share; builds the programs first if there are none. PROGRAMS is their folder.
PREFIX ?= /usr/local
PROGRAMS ?= .build/release

install: $(if $(wildcard $(PROGRAMS)/ssgan3d),,build)
	./.ci/install "$(PROGRAMS)" "$(PREFIX)" "$(DESTDIR)"

uninstall:
	./.ci/install --remove "$(PREFIX)" "$(DESTDIR)"

packages:
	@./.ci/packages

# Removes builds and the output of `make walkthrough`, `make browser-test`, `make docs` and
# `make reference`; training runs stay.
clean:
	rm -rf .build .build-* $(addprefix $(OUTPUT)/,walkthrough browser portrait inverted interpolation reference)
