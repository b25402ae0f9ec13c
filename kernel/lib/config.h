/*
 * lib/config.h - what the build chose, as constants for plain `if`s.
 *
 * `make DEBUG=1` sets CONFIG_DEBUG; the optimiser removes what is off.
 */
#ifndef LIB_CONFIG_H
#define LIB_CONFIG_H

#ifndef CONFIG_DEBUG
#    define CONFIG_DEBUG 0
#endif

#define QUERN_VERSION "0.1"

enum {
    config_debug = CONFIG_DEBUG, /* ranks, owners, poison, redzones */
    MAX_CPUS = 16,
};

#endif
