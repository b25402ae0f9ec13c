/*
 * arch/x86_64/cpu_features.c - ask CPUID.
 *
 * Spec: Intel SDM 2A, CPUID, tables 3-8 to 3-17.
 */
#include "arch/x86_64/cpu_features.h"

struct cpu_features cpu_features;

struct cpuid {
    u32 eax, ebx, ecx, edx;
};

/* All zero if the CPU has no such leaf. */
static struct cpuid cpuid(u32 leaf)
{
    struct cpuid r = {0};
    u32 first = leaf & 0x80000000u, last;
    __asm__ volatile("cpuid" : "=a"(last) : "a"(first) : "ebx", "ecx", "edx");
    if (leaf > last)
        return r;
    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(0));
    return r;
}

static bool bit(u32 word, unsigned n)
{
    return word >> n & 1;
}

void cpu_features_detect(void)
{
    struct cpuid more = cpuid(7);
    struct cpuid extended = cpuid(0x80000001);
    cpu_features = (struct cpu_features){
        .has_smep = bit(more.ebx, 7),
        .has_smap = bit(more.ebx, 20),
        .has_umip = bit(more.ecx, 2),
        .has_gib_pages = bit(extended.edx, 26),
        .has_fsgsbase = bit(more.ebx, 0),
    };
}
