;
; dev/screen/font.asm - the font, as the build machine has it.
;
; kernel/build.mk unpacks it; framebuffer.c knows its format.
;
section .rodata
align 4
global font
font:
    incbin "font.psf"
