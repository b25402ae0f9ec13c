# Quern: `make help` lists the targets.

V ?= 0
DEBUG ?= 0
BUILD := $(if $(filter 1,$(DEBUG)),build/debug,build)
QUIET := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-6s %s\n' $(1) $(2))
PYTHON ?= /usr/bin/python3
CC := gcc
NASM := nasm

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wundef -Wpointer-arith \
        -Wimplicit-fallthrough -Wframe-larger-than=1024 -Wno-unused-parameter
CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-omit-frame-pointer \
          -fno-optimize-sibling-calls -mno-red-zone -mgeneral-regs-only \
          -mcmodel=kernel -fno-pie -fno-pic -fno-stack-protector \
          -fno-asynchronous-unwind-tables -fcf-protection=none \
          -Ikernel $(WARN) -DCONFIG_DEBUG=$(DEBUG)
ifeq ($(DEBUG),1)
CFLAGS += -fsanitize=undefined -fsanitize-undefined-trap-on-error
endif
LDFLAGS := -nostdlib -static -z max-page-size=4096 -z noexecstack \
           --no-warn-rwx-segments --build-id=none

C_SOURCES := $(sort $(shell find kernel -name '*.c'))
ASM_SOURCES := $(sort $(shell find kernel -name '*.asm'))
OBJECTS := $(C_SOURCES:kernel/%.c=$(BUILD)/kernel/%.o) \
           $(ASM_SOURCES:kernel/%.asm=$(BUILD)/kernel/%.asm.o)

.PHONY: all
all: $(BUILD)/kernel.elf

$(BUILD)/kernel/%.o: kernel/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(QUIET)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/kernel/%.asm.o: kernel/%.asm Makefile
	@mkdir -p $(@D)
	$(call say,NASM,$<)
	$(QUIET)$(NASM) -f elf64 -g -F dwarf -w+error -i kernel/ -MD $(@:.o=.d) -MP $< -o $@

-include $(OBJECTS:.o=.d)
