; arch/x86_64/trampoline.asm - the first steps of a secondary CPU.
;
; It begins as every x86 has since 1978: in real mode, at the page that the
; startup message names.  trampoline.c copies trampoline_start up to
; trampoline_end there.  From then on the way is the boot CPU's: protected
; mode, boot.asm's page tables, long mode, the image's high addresses, and C.
;
; Spec: Intel SDM 3A, section 8.4 and 9.8.5

IMAGE_BASE equ 0xffffffff80000000
%define PHYS(symbol) (symbol - IMAGE_BASE)

CR0_PE equ 1 << 0

section .rodata
bits 16
global trampoline_start, trampoline_end
trampoline_start:               ; CS = the page / 16, IP = 0
    cli
    cld
    mov ax, cs
    mov ds, ax
    o32 lgdt [gdt_pointer - trampoline_start]
    mov eax, cr0
    or al, CR0_PE
    mov cr0, eax
    jmp dword CODE32:secondary_start

align 8
gdt:                            ; flat 32-bit and 64-bit segments
    dq 0
CODE32 equ $ - gdt
    dq 0x00cf9b000000ffff
DATA   equ $ - gdt
    dq 0x00cf93000000ffff
CODE64 equ $ - gdt
    dq 0x00209b0000000000
gdt_end:
gdt_pointer:
    dw gdt_end - gdt - 1
    dd PHYS(gdt)                ; in the image, where it stays
trampoline_end:

section .boot
bits 32
extern enter_long_mode, trampoline_root, trampoline_stack, trampoline_cpu
extern smp_secondary
secondary_start:
    mov eax, DATA
    mov ds, eax
    mov ss, eax
    mov esp, PHYS(start_stack.top)
    call enter_long_mode
    jmp CODE64:.long

bits 64
.long:
    mov rax, .high
    jmp rax

section .text
.high:
    mov rax, [trampoline_root]  ; the tables that everybody uses, in which
    mov cr3, rax                ; its stack is mapped
    mov rsp, [trampoline_stack]
    xor ebp, ebp
    mov rdi, [trampoline_cpu]
    call smp_secondary          ; never returns
    ud2

section .bss
align 16
start_stack:                    ; for one CALL; CPUs start one by one
    resb 64
.top:
