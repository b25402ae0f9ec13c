/*
 * dev/screen/screen.h - the console on the screen that the loader set up.
 */
#ifndef DEV_SCREEN_SCREEN_H
#define DEV_SCREEN_SCREEN_H

/* Show the log on boot_info.screen, if there is one that we can draw on.  Boot
 * CPU, once, before kmap_init(). */
void screen_init(void);

#endif
