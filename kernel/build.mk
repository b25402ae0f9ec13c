# How the kernel is compiled and linked.  Included by Makefile, which sets
# BUILD, DEBUG, QUIET, say and PYTHON.

CC := gcc
NASM := nasm

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wundef -Wpointer-arith \
        -Wimplicit-fallthrough -Wframe-larger-than=1024 -Wno-unused-parameter \
        -Wno-missing-field-initializers
CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-omit-frame-pointer \
          -fno-shrink-wrap \
          -fno-optimize-sibling-calls -mno-red-zone -mgeneral-regs-only \
          -mcmodel=kernel -fno-pie -fno-pic -fno-stack-protector \
          -fno-asynchronous-unwind-tables -fcf-protection=none \
          -Ikernel $(WARN) -DCONFIG_DEBUG=$(DEBUG)
ifeq ($(DEBUG),1)
CFLAGS += -fsanitize=undefined -fsanitize-undefined-trap-on-error
endif
NASMFLAGS := -f elf64 -g -F dwarf -w+error -i kernel/ -i $(BUILD)/
LDFLAGS := -nostdlib -static -z max-page-size=4096 -z noexecstack \
           --no-warn-rwx-segments --build-id=none

C_SOURCES := $(sort $(shell find kernel -name '*.c'))
ASM_SOURCES := $(sort $(shell find kernel -name '*.asm'))
OBJECTS := $(C_SOURCES:kernel/%.c=$(BUILD)/kernel/%.o) \
           $(ASM_SOURCES:kernel/%.asm=$(BUILD)/kernel/%.asm.o)

BUILD_RULES := kernel/build.mk

# A source file that is gone must leave the kernel: so the list of objects is an
# input of the link, a file that is written anew only when the list changes.
OBJECT_LIST := $(BUILD)/objects.list
ifneq ($(strip $(file <$(OBJECT_LIST))),$(strip $(OBJECTS)))
$(shell mkdir -p $(BUILD))
$(file >$(OBJECT_LIST),$(OBJECTS))
endif

$(BUILD)/kernel/%.o: kernel/%.c $(BUILD_RULES)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(QUIET)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/kernel/%.asm.o: kernel/%.asm $(BUILD_RULES)
	@mkdir -p $(@D)
	$(call say,NASM,$<)
	$(QUIET)$(NASM) $(NASMFLAGS) -MD $(@:.o=.d) -MP $< -o $@

# Or else gcc turns the loop inside of memset() into a call of memset().
$(BUILD)/kernel/lib/string.o: CFLAGS += -fno-tree-loop-distribute-patterns

# The letters of the framebuffer console come from Debian's package
# console-setup-linux.
FONT := /usr/share/consolefonts/Lat15-VGA16.psf.gz

$(BUILD)/font.psf: $(FONT)
	@mkdir -p $(@D)
	$(QUIET)gunzip -c $< >$@

$(FONT):
	@echo "no $@: install the package console-setup-linux" >&2; exit 2

$(BUILD)/kernel/dev/screen/font.asm.o: $(BUILD)/font.psf

# The kernel is linked twice: first with an empty table of symbols, then with
# the table made from that.  It lies behind all code, so no function moves.
LINK := ld $(LDFLAGS) -T kernel/arch/x86_64/kernel.ld
KSYMS := $(PYTHON) grade/build/ksyms.py

$(BUILD)/kernel.elf: $(OBJECTS) $(OBJECT_LIST) kernel/arch/x86_64/kernel.ld \
                     grade/build/ksyms.py $(BUILD_RULES)
	$(call say,LINK,$@)
	$(QUIET)$(KSYMS) </dev/null >$(BUILD)/ksyms.asm
	$(QUIET)$(NASM) -f elf64 $(BUILD)/ksyms.asm -o $(BUILD)/ksyms.o
	$(QUIET)$(LINK) $(OBJECTS) $(BUILD)/ksyms.o -o $(BUILD)/kernel.pass1
	$(QUIET)nm $(BUILD)/kernel.pass1 | $(KSYMS) >$(BUILD)/ksyms.asm
	$(QUIET)$(NASM) -f elf64 $(BUILD)/ksyms.asm -o $(BUILD)/ksyms.o
	$(QUIET)$(LINK) $(OBJECTS) $(BUILD)/ksyms.o -o $@

-include $(OBJECTS:.o=.d)
