# Quern: `make help` lists the targets.
#
# A target's help is the comment after `##` on its line.  The rules that build
# the kernel are in kernel/build.mk.  In a student's tree some of the included
# files, and so their targets, are absent.

# Settings: `make TARGET V=1` shows the commands, DEBUG=1 builds the checking
# kernel in a folder of its own.
V ?= 0
DEBUG ?= 0
BUILD := $(if $(filter 1,$(DEBUG)),build/debug,build)
KERNEL := $(BUILD)/kernel.elf

PYTHON ?= /usr/bin/python3
QUIET := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-6s %s\n' $(1) $(2))
export PYTHONDONTWRITEBYTECODE := 1

JOBS ?= $(shell nproc)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

all: $(KERNEL) ## build the kernel (DEBUG=1: with run-time checks)

include kernel/build.mk
-include grade/grade.mk labs/labs.mk grade/student/student.mk
-include grade/check/check.mk

# One CPU runs on QEMU's virtual clock, so that a busy host changes nothing.
# Status 1 says that tests failed, as they do in a lab that is not solved yet.
run: all ## boot here: the kernel tests itself (CPUS= MEM= PMM= APPEND=)
	$(QUIET)grade/boot --kernel $(KERNEL) --mem $(or $(MEM),64M) \
	    $(if $(CPUS),--smp $(CPUS),--icount) \
	    --append "$(if $(PMM),pmm=$(PMM)) $(APPEND)" || [ $$? = 1 ]

image: $(BUILD)/quern.img ## build/quern.img, bootable by BIOS and UEFI

$(BUILD)/quern.img: $(KERNEL) grade/image.py
	$(call say,IMAGE,$@)
	$(QUIET)$(PYTHON) grade/image.py --kernel $(KERNEL) $@

clean: ## remove everything that was built
	$(QUIET)rm -rf $(BUILD) grade/out

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' \
	    $(MAKEFILE_LIST) | sort

.PHONY: all run image clean help
