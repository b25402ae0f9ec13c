/*
 * arch/x86_64/pic.h - the legacy interrupt controllers, which we don't use.
 */
#ifndef ARCH_PIC_H
#define ARCH_PIC_H

/* Mask all their inputs, and move what may still come out of them away from
 * the exceptions' vectors. */
void pic_disable(void);

#endif
