; arch/x86_64/boot.asm - from the boot loader to C.
;
; Two doors into one house: GRUB enters at multiboot2_start, QEMU's -kernel at
; pvh_start.  Both leave the CPU in 32-bit protected mode without paging, and
; the address of their information in EBX.  From there:
;
;     1. check that this CPU can do what we need
;     2. build page tables:  0            -> first 4 GiB   (we run here)
;                            DIRECT_BASE  -> first 4 GiB   (the same tables)
;                            IMAGE_BASE   -> first 2 GiB   (we want to run here)
;     3. turn on long mode, jump up to IMAGE_BASE, call arch_start() in C
;
; Everything in the section .boot is linked at its physical address.  Symbols
; of other sections lie IMAGE_BASE higher: PHYS() brings them down.
;
; Spec: Multiboot2 2.0, section 3; Xen's PVH boot ABI; Intel SDM 3A 9.8.5

IMAGE_BASE  equ 0xffffffff80000000
%define PHYS(symbol) (symbol - IMAGE_BASE)

MULTIBOOT2_MAGIC equ 0xe85250d6 ; of the header below
PVH_MAGIC        equ 0x336ec578 ; of PVH's start information; arch_start()
                                ; learns by it which door was used

PTE_PRESENT equ 1 << 0
PTE_WRITE   equ 1 << 1
PTE_LARGE   equ 1 << 7
TABLE       equ PTE_PRESENT | PTE_WRITE
N_LARGE     equ 4 * 512         ; 2 MiB pages in 4 GiB

CR0_PG      equ 1 << 31
CR0_CD      equ 1 << 30         ; caches off, and
CR0_NW      equ 1 << 29         ; not written through: as after a reset
CR0_WP      equ 1 << 16
CR0_PE      equ 1 << 0
CR4_PAE     equ 1 << 5
MSR_EFER    equ 0xc0000080
EFER_LME    equ 1 << 8
EFER_NXE    equ 1 << 11

CPUID_LM    equ 1 << 29         ; long mode, leaf 0x80000001 EDX
CPUID_NX    equ 1 << 20         ; no-execute pages, likewise

; ---------------------------------------------------------------- the doors

section .boot.multiboot2 progbits alloc noexec nowrite align=8
header:
    dd MULTIBOOT2_MAGIC
    dd 0                        ; for i386, 32-bit protected mode
    dd header_end - header
    dd -(MULTIBOOT2_MAGIC + (header_end - header)) & 0xffffffff
    align 8
    dw 5, 1                     ; framebuffer, optional: any that there is
    dd 20
    dd 0, 0, 0                  ; width, height, depth: no preference
    align 8
    dw 0, 0                     ; end of tags
    dd 8
header_end:

section .note.pvh progbits alloc noexec nowrite align=4
    dd 4, 4, 18                 ; name and value sizes, PHYS32_ENTRY
    db "Xen", 0
    dd pvh_start

section .boot progbits alloc exec nowrite align=16
bits 32
global multiboot2_start
extern arch_start

pvh_start:
    mov eax, PVH_MAGIC
multiboot2_start:               ; EAX says so: 0x36d76289
    cli
    cld
    mov esp, PHYS(boot_stack_top)
    mov edi, eax                ; the two arguments of arch_start()
    mov esi, ebx
    call check_cpu
    call build_tables
    call enter_long_mode        ; still 32-bit code: CS decides
    lgdt [boot_gdt_pointer]
    jmp CODE64:.long

bits 64
.long:
    mov eax, DATA64
    mov ss, eax
    xor eax, eax
    mov ds, eax
    mov es, eax
    mov rax, .high              ; an absolute jump, out of low addresses
    jmp rax

section .text
.high:
    mov rsp, boot_stack_top
    xor ebp, ebp                ; the outermost frame: backtraces end here
    mov edi, edi                ; the upper halves may hold anything
    mov esi, esi
    call arch_start             ; never returns
    ud2

; -------------------------------------------------------- 32-bit subroutines

section .boot
bits 32

; Halt unless the CPU has long mode and NX.  Uses EAX, EBX, ECX, EDX.
check_cpu:
    mov eax, 0x80000000
    cpuid
    cmp eax, 0x80000001
    jb .too_old
    mov eax, 0x80000001
    cpuid
    and edx, CPUID_LM | CPUID_NX
    cmp edx, CPUID_LM | CPUID_NX
    jne .too_old
    ret
.too_old:                       ; nobody to tell but the serial port
    mov edx, 0x3f8
    mov ecx, too_old_end - too_old_text
    mov ebx, too_old_text
.next:
    mov al, [ebx]
    out dx, al
    inc ebx
    loop .next
.halt:
    hlt
    jmp .halt

; Link the tables (all zero so far) and fill boot_pd.  Uses EAX, ECX, EDX.
build_tables:
    mov eax, PHYS(boot_pdpt_low) + TABLE
    mov [PHYS(boot_pml4)], eax              ; entry 0: address 0
    mov [PHYS(boot_pml4) + 256 * 8], eax    ; entry 256: DIRECT_BASE
    mov dword [PHYS(boot_pml4) + 511 * 8], PHYS(boot_pdpt_high) + TABLE

    mov eax, PHYS(boot_pd) + TABLE
    mov [PHYS(boot_pdpt_low)], eax
    mov [PHYS(boot_pdpt_high) + 510 * 8], eax   ; IMAGE_BASE
    add eax, 4096
    mov [PHYS(boot_pdpt_low) + 8], eax
    mov [PHYS(boot_pdpt_high) + 511 * 8], eax
    add eax, 4096
    mov [PHYS(boot_pdpt_low) + 16], eax
    add eax, 4096
    mov [PHYS(boot_pdpt_low) + 24], eax

    mov eax, PTE_PRESENT | PTE_WRITE | PTE_LARGE
    xor ecx, ecx
.next:
    mov [PHYS(boot_pd) + ecx * 8], eax      ; below 4 GiB: the upper half
    add eax, 0x200000                       ; of an entry stays zero
    inc ecx
    cmp ecx, N_LARGE
    jne .next
    ret

; Turn on paging with boot_pml4; trampoline.asm comes here too.  Uses EAX, ECX,
; EDX.
global enter_long_mode
enter_long_mode:
    mov eax, cr4
    or eax, CR4_PAE
    mov cr4, eax
    mov eax, PHYS(boot_pml4)
    mov cr3, eax
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME | EFER_NXE
    wrmsr
    mov eax, cr0
    and eax, ~(CR0_CD | CR0_NW) ; a secondary CPU may come with these
    or eax, CR0_PG | CR0_WP | CR0_PE
    mov cr0, eax
    ret

; ------------------------------------------------------------------- memory

align 8
boot_gdt:                       ; until gdt_load(): flat 64-bit segments
    dq 0
CODE64 equ $ - boot_gdt
    dq 0x00209a0000000000
DATA64 equ $ - boot_gdt
    dq 0x0000920000000000
boot_gdt_end:

boot_gdt_pointer:
    dw boot_gdt_end - boot_gdt - 1
    dq boot_gdt

too_old_text:
    db "Quern needs a 64-bit CPU with NX.", 13, 10
too_old_end:

section .bss.pages nobits alloc noexec write align=4096
global boot_pml4, boot_stack_guard, boot_stack_bottom, boot_stack_top
boot_pml4:      resb 4096
boot_pdpt_low:  resb 4096       ; shared by address 0 and DIRECT_BASE
boot_pdpt_high: resb 4096
boot_pd:        resb 4 * 4096
boot_stack_guard:   resb 4096   ; never used; kmap leaves it unmapped
boot_stack_bottom:  resb 16384
boot_stack_top:
