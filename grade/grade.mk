# Grading, debugging and measuring.  Included by Makefile.
#
# Variables on make's command line (LAB=2 T=buddy.split SEED=7) reach the
# programs through the environment.

.PHONY: grade debug unit bench floors

grade: ## grade this tree (LAB=n, T=test, SEED=n narrow it)
	$(QUIET)BUILD=$(BUILD) $(PYTHON) grade/grade

debug: all ## QEMU stopped at its first instruction, in GDB (T= SEED= CPUS=)
	$(QUIET)$(PYTHON) grade/debug.py --kernel $(KERNEL)

unit: ## compile and run the host unit tests (T=name, LONG=1)
	$(QUIET)$(PYTHON) grade/unit/unit.py --build $(BUILD)/unit

bench: all ## time from QEMU's start to the first line and the report
	$(QUIET)$(PYTHON) grade/bench.py --kernel $(KERNEL)

# The tower is checked at every build, beside the link.
all: $(BUILD)/floors.ok

$(BUILD)/floors.ok: $(OBJECTS) kernel/floors.txt grade/style/floors.py
	$(QUIET)$(PYTHON) grade/style/floors.py --quiet kernel $(BUILD)/kernel
	@touch $@

floors: $(OBJECTS) ## check the tower of floors and list its upcalls
	$(QUIET)$(PYTHON) grade/style/floors.py kernel $(BUILD)/kernel
