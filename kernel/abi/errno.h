/*
 * abi/errno.h - error numbers, with the values that Linux programs know.
 *
 * The kernel returns them negated.  Only numbers that somebody returns stand
 * here; a new one takes its value from errno(3) of Linux on x86-64.
 */
#ifndef ABI_ERRNO_H
#define ABI_ERRNO_H

enum {
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    EIO = 5,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    EEXIST = 17,
    ENODEV = 19,
    EINVAL = 22,
    ENOSPC = 28,
    ERANGE = 34,
    EDEADLK = 35,
    ENAMETOOLONG = 36,
    ENOSYS = 38,
    EOVERFLOW = 75,
    ETIMEDOUT = 110,
};

#endif
