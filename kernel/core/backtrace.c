/*
 * core/backtrace.c - where a CPU is, in words.
 *
 * Tests  kernel/test/selftest.c
 */
#include "core/backtrace.h"

#include "arch/x86_64/probe.h"
#include "arch/x86_64/trap.h"
#include "core/console.h"
#include "core/symbols.h"
#include "lib/format.h"
#include "lib/string.h"

enum { DESCRIBE_DEPTH = 5 };

void backtrace_print_address(u64 addr)
{
    char text[SYMBOL_TEXT_MAX];
    console_print("    %#018lx  %s", addr, symbol_describe(addr, text));
}

void backtrace_print_return(u64 addr)
{
    char text[SYMBOL_TEXT_MAX];
    console_print("    %#018lx  %s", addr, symbol_describe_return(addr, text));
}

static void print_repeats(u64 n)
{
    if (n > 0)
        console_print("    ... %lu more of that", n);
}

/* Deep recursion shows as one line and a count. */
void backtrace_print(struct stack_walk walk)
{
    u64 last = 0, n_same = 0, rip;
    while (stack_walk_next(&walk, &rip)) {
        if (rip == last) {
            n_same++;
            continue;
        }
        print_repeats(n_same);
        backtrace_print_return(rip);
        last = rip;
        n_same = 0;
    }
    print_repeats(n_same);
}

/*
 * Whether the function around `rip` has set up RBP.  If not (it is a small one
 * that calls nobody, or has just begun), its caller is missing in the chain of
 * frames.  gcc offers no option to always have a frame.
 */
static bool has_frame(u64 rip)
{
    static const u8 mov_rsp_rbp[] = {0x48, 0x89, 0xe5};
    u64 offset;
    if (!symbol_find(rip, &offset))
        return false; /* a call to nowhere */
    const u8 *code = (const u8 *)(rip - offset);
    for (u64 i = 0; i + sizeof(mov_rsp_rbp) <= offset; i++) {
        if (memcmp(code + i, mov_rsp_rbp, sizeof(mov_rsp_rbp)) == 0)
            return true;
    }
    return false;
}

/* A walk that starts at the caller of what was interrupted. */
static struct stack_walk walk_to_caller(const struct trap_frame *frame)
{
    struct stack_walk walk = stack_walk_from(frame);
    u64 rip, offset, caller = 0;
    if (!has_frame(frame->rip) && probe_load(frame->rsp, &caller).vector == 0 &&
        symbol_find(caller, &offset))
        walk.rip = caller;
    else
        stack_walk_next(&walk, &rip);
    return walk;
}

void backtrace_print_from(const struct trap_frame *frame)
{
    backtrace_print_address(frame->rip);
    backtrace_print(walk_to_caller(frame));
}

void backtrace_print_registers(const struct trap_frame *f)
{
    console_print("rip %016lx  rsp %016lx  rflags %lx", f->rip, f->rsp,
                  f->rflags);
    console_print("rax %016lx  rbx %016lx  rcx %016lx", f->rax, f->rbx, f->rcx);
    console_print("rdx %016lx  rsi %016lx  rdi %016lx", f->rdx, f->rsi, f->rdi);
    console_print("rbp %016lx  r8  %016lx  r9  %016lx", f->rbp, f->r8, f->r9);
    console_print("r10 %016lx  r11 %016lx  r12 %016lx", f->r10, f->r11, f->r12);
    console_print("r13 %016lx  r14 %016lx  r15 %016lx", f->r13, f->r14, f->r15);
    console_print("vector %lu  error %lx  cs %lx  ss %lx", f->vector, f->error,
                  f->cs, f->ss);
}

/* Append the name of the function around `rip` to text, which has `len`
 * bytes so far; returns how many then.  Of a return address: the byte before,
 * see symbol_describe_return(). */
static size_t add_name(char *text, size_t size, size_t len, u64 rip)
{
    u64 offset;
    const char *name = symbol_find(rip, &offset);
    if (len >= size)
        return len;
    return len + format_string(text + len, size - len, "%s%s",
                               len > 0 ? " < " : "", name ? name : "?");
}

void backtrace_describe(const struct trap_frame *frame, char *text, size_t size)
{
    struct stack_walk walk = walk_to_caller(frame);
    size_t len = add_name(text, size, 0, frame->rip);
    u64 rip;
    for (u32 i = 1; i < DESCRIBE_DEPTH && stack_walk_next(&walk, &rip); i++)
        len = add_name(text, size, len, rip - 1);
}
