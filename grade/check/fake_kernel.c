/*
 * grade/check/fake_kernel.c - a kernel that misbehaves on command.
 *
 * The harness is tested against this program instead of the real kernel: it
 * speaks the record protocol, and each "test" that it is asked to run does to
 * the machine what its name says; "fake.student" does what the toy student's
 * file says.  32 bits, no interrupts, booted through the PVH door.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

static u8 stack[16384] __attribute__((used, aligned(16)));

__asm__(".section .note, \"a\", @note\n.long 4, 4, 18\n.asciz \"Xen\"\n"
        ".long start\n.text\n.globl start\n"
        "start: mov $stack + 16384, %esp\ncall run\n");

const char *student_command(
    void); /* "pass", "fail", ...: the toy's student.c */

char nonce[64], tests[2048], seed[32], input[256];
volatile u32 marker[4]; /* the host looks at this at a hold */
static u32 seq;

static void out8(u16 port, u8 v)
{
    __asm__ volatile("outb %0, %1" ::"a"(v), "Nd"(port));
}

static u8 in8(u16 port)
{
    u8 v;
    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}

static void halt(void)
{
    __asm__ volatile("cli; hlt");
}

static int starts(const char *s, const char *with)
{
    while (*with && *s == *with)
        s++, with++;
    return !*with;
}

static int same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static u32 swap(u32 v)
{
    return __builtin_bswap32(v);
}

static void fw_read(void *to, u32 n)
{
    for (u8 *p = to; n--; p++)
        *p = in8(0x511);
}

/* Read the named fw_cfg file into `to`, as a string; "" if there is none. */
static void fw_file(const char *name, char *to, u32 max)
{
    struct {
        u32 size;
        u16 key, reserved;
        char name[56];
    } file;
    u32 count;
    to[0] = 0;
    __asm__ volatile("outw %0, %1" ::"a"((u16)0x19), "Nd"((u16)0x510));
    fw_read(&count, 4);
    for (count = swap(count); count--;) {
        fw_read(&file, sizeof(file));
        if (!same(file.name, name))
            continue;
        u32 n = swap(file.size) < max ? swap(file.size) : max - 1;
        u16 key = (u16)(file.key << 8 | file.key >> 8);
        __asm__ volatile("outw %0, %1" ::"a"(key), "Nd"((u16)0x510));
        fw_read(to, n);
        to[n] = 0;
        return;
    }
}

static void say(u16 port, const char *s)
{
    while (*s)
        out8(port, (u8)*s++);
}

static void number(u32 v)
{
    char text[12], *p = text + 11;
    *p = 0;
    do {
        *--p = (char)('0' + v % 10);
    } while (v /= 10);
    say(0xe9, p);
}

static void record_as(const char *who, u32 n, const char *kind,
                      const char *test, const char *text)
{
    say(0xe9, who);
    say(0xe9, " ");
    number(n);
    say(0xe9, " ");
    say(0xe9, kind);
    say(0xe9, " ");
    say(0xe9, test);
    if (*text)
        say(0xe9, " ");
    say(0xe9, text);
    say(0xe9, "\n");
}

static void record(const char *kind, const char *test, const char *text)
{
    record_as(nonce, seq++, kind, test, text);
}

/* What the real kernel prints about a panic, and an error long before. */
static void panic(const char *message)
{
    record("panic", message, "");
    say(0x3f8, "[    0.000001] error: kmap: error -12\r\n"
               "[    0.000002] kmap: all is well\r\nPANIC: x\r\n"
               "Backtrace (innermost first):\r\n"
               "    0xffffffff80001000  inner+0x1\r\n"
               "    0xffffffff80001100  outer+0x22\r\n"
               "    0xffffffff80001200  tests+0x3\r\nOther CPUs:\r\n"
               "    0xffffffff80001300  idle+0x3\r\n");
}

static void leave(u8 status)
{
    out8(0x501, status);
    halt();
}

__attribute__((noinline)) static void spin_here(void)
{
    for (;;)
        ;
}

/* Long enough for the host to read what was said. */
static void wait_a_moment(void)
{
    for (volatile u32 i = 0; i < 30000000; i++)
        ;
}

static void triple_fault(void)
{
    static const struct {
        u16 limit;
        u32 base;
    } __attribute__((packed)) none;
    __asm__ volatile("lidt %0; ud2" ::"m"(none));
}

static void hold(const char *test)
{
    marker[0] = 0xfeed;
    marker[1] = input[0] ? (u8)input[0] : 0;
    record("hold", test, "marker");
    out8(0x505, 1);
    marker[0] = 0;
    record("note", test, "after=hold");
    record("pass", test, "ns=1");
}

/* A command without a verdict of its own: it ends the boot. */
static void go_down(const char *command, const char *test)
{
    if (starts(command, "panic"))
        panic("assert(n > 0) failed"), leave(0x12);
    else if (starts(command, "deadlock"))
        halt();
    else if (starts(command, "spin"))
        spin_here();
    else if (starts(command, "triple"))
        triple_fault();
    else if (starts(command, "leave"))
        leave(0x10);
    else if (starts(command, "pause"))
        out8(0x505, 1);
    else if (starts(command, "end"))
        record("end", "passed=99", "failed=0"), leave(0x10);
    record("fail", test, "a.c:1: no such command");
}

/* A command that says what it should not. */
static void lie(const char *command, const char *test)
{
    if (starts(command, "nonce"))
        record_as("guess", seq, "pass", test, "ns=1");
    else if (starts(command, "twice"))
        record_as(nonce, seq, "pass", test, "ns=1");
    else if (starts(command, "late"))
        record_as(nonce, seq, "pass", test, "ns=1"), wait_a_moment();
    else if (starts(command, "gap"))
        seq += 3;
    else if (starts(command, "other"))
        record("pass", "fake.fail", "ns=1");
    else if (starts(command, "garbage"))
        say(0xe9, "\x01\xff what\n\n7 7 7\n");
    else if (starts(command, "hold"))
        record("hold", test, "marker");
    record("pass", test, "ns=1");
}

static void perform(const char *command, const char *test)
{
    if (starts(command, "pass"))
        record("pass", test, "ns=10");
    else if (starts(command, "fail"))
        record("fail", test, "mm/x.c:7: expected n = 0x2, saw 0x3");
    else if (starts(command, "skip"))
        record("skip", test, "needs 2 CPUs");
    else if (starts(command, "todo"))
        record("todo", "9.1", "fake_todo"),
            record("fail", test,
                   "todo: exercise 9.1: fake_todo() is not "
                   "written yet");
    else if (starts(command, "hold"))
        hold(test);
    else if (starts(command, "input"))
        record("note", test, input), record("pass", test, "ns=1");
    else if (starts(command, "lie_"))
        lie(command + 4, test);
    else if (starts(command, "student"))
        perform(student_command(), test);
    else
        go_down(command, test);
}

static void run_test(const char *test)
{
    char name[64] = "opt/quern/input/", line[48] = "seed=";
    for (u32 i = 0; i < 39 && (name[16 + i] = test[i]); i++)
        ;
    fw_file(name, input, sizeof(input));
    for (u32 i = 0; i < 40 && (line[5 + i] = seed[i]); i++)
        ;
    record("start", test, line);
    say(0x3f8, "console: ");
    say(0x3f8, test);
    say(0x3f8, "\n");
    perform(test + 5, test); /* behind "fake." */
}

void run(void)
{
    fw_file("opt/quern/nonce", nonce, sizeof(nonce));
    fw_file("opt/quern/tests", tests, sizeof(tests));
    fw_file("opt/quern/seed", seed, sizeof(seed));
    record("boot", "quern fake pmm=none cpus=1 ram=67108864", "");
    if (starts(tests, "fake.boot_panic"))
        panic("no memory"), leave(0x12);
    for (char *p = tests, *name = p; *name; p++) {
        if (*p != ',' && *p)
            continue;
        int is_last = !*p;
        *p = 0;
        run_test(name);
        name = is_last ? p : p + 1;
    }
    record("end", "passed=1 failed=0", "");
    leave(0x10);
}
