/*
 * lib/errno_name.c - error numbers in words, for messages.
 *
 * Tests  kernel/test/core.c
 */
#include "lib/errno_name.h"

#include "abi/errno.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define NAME(number) [number] = "-" #number

static const char *const names[] = {
    NAME(EPERM),  NAME(ENOENT),    NAME(EINTR),     NAME(EIO),
    NAME(EAGAIN), NAME(ENOMEM),    NAME(EACCES),    NAME(EFAULT),
    NAME(EBUSY),  NAME(EEXIST),    NAME(ENODEV),    NAME(EINVAL),
    NAME(ENOSPC), NAME(ERANGE),    NAME(EDEADLK),   NAME(ENAMETOOLONG),
    NAME(ENOSYS), NAME(EOVERFLOW), NAME(ETIMEDOUT),
};

const char *errno_name(long err)
{
    if (err >= 0 || err <= -(long)ARRAY_LEN(names))
        return NULL;
    return names[-err];
}
