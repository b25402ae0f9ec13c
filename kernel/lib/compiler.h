/*
 * lib/compiler.h - names for what the compilers offer beyond C.
 *
 * REQUIRES, ACQUIRES, RELEASES and EXCLUDES are read by clang's
 * -Wthread-safety ("the second reader"); gcc sees nothing.
 */
#ifndef LIB_COMPILER_H
#define LIB_COMPILER_H

#define static_assert _Static_assert

#define NORETURN          __attribute__((noreturn))
#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define PACKED            __attribute__((packed))
#define ALIGNED(n)        __attribute__((aligned(n)))
#define SECTION(name)     __attribute__((section(name), used))
#define NOINLINE          __attribute__((noinline))
#define OPTIONAL          __attribute__((weak))

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* The struct of the given type in which `ptr` is the field `member`. */
#define container_of(ptr, type, member) \
    ((type *)((char *)(ptr)-offsetof(type, member)))

#ifdef __clang__
#    define CAPABILITY(name) __attribute__((capability(name)))
#    define REQUIRES(lock)   __attribute__((requires_capability(lock)))
#    define ACQUIRES(lock)   __attribute__((acquire_capability(lock)))
#    define RELEASES(lock)   __attribute__((release_capability(lock)))
#    define EXCLUDES(lock)   __attribute__((locks_excluded(lock)))
#    define TRIES(ok, lock)  __attribute__((try_acquire_capability(ok, lock)))
#    define NO_LOCK_CHECK    __attribute__((no_thread_safety_analysis))
#else
#    define CAPABILITY(name)
#    define REQUIRES(lock)
#    define ACQUIRES(lock)
#    define RELEASES(lock)
#    define EXCLUDES(lock)
#    define TRIES(ok, lock)
#    define NO_LOCK_CHECK
#endif

#endif
