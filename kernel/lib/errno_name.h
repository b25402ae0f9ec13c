/*
 * lib/errno_name.h - error numbers in words, for messages.
 */
#ifndef LIB_ERRNO_NAME_H
#define LIB_ERRNO_NAME_H

/* "-ENOMEM" of -ENOMEM: what a function returned; NULL if that is no negative
 * number of abi/errno.h. */
const char *errno_name(long err);

#endif
