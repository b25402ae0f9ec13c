; arch/x86_64/trap.asm - 256 ways in, one way through, one way out.
;
; On an exception or interrupt the CPU aligns RSP to 16, pushes SS, RSP, RFLAGS,
; CS and RIP, for some exceptions an error code too, turns interrupts off, and
; jumps to the gate's stub.  Each stub makes the stack look the same and jumps
; to trap_common, which completes a `struct trap_frame` (trap.h):
;
;     higher   ss rsp rflags cs rip   | pushed by the CPU
;              error                  | by the CPU, or 0 by the stub
;              vector                 | by the stub
;              rax rcx rdx rbx rbp    | by trap_common
;              rsi rdi r8 ... r15     |   <- the frame begins at r15
;     lower    rip rbp                | a link for backtraces
;
; 22 words of frame and 2 of link: RSP is a multiple of 16 at the call, as the
; C calling convention demands.

bits 64
section .text
extern trap_dispatch
global trap_stubs

FRAME_RBP equ 10 * 8            ; offsets in struct trap_frame
FRAME_RIP equ 17 * 8

; Vectors for which the CPU pushes an error code: 8, 10-14, 17, 21, 29, 30.
HAS_ERROR equ 1 << 8 | 0x1f << 10 | 1 << 17 | 1 << 21 | 3 << 29

%assign vector 0
%rep 256
stub_ %+ vector:
%if vector > 31 || !(HAS_ERROR >> vector & 1)
    push 0
%endif
    push vector
    jmp trap_common
%assign vector vector + 1
%endrep

trap_common:
    push rax
    push rcx
    push rdx
    push rbx
    push rbp
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    mov rdi, rsp                ; the argument: struct trap_frame *
    push qword [rdi + FRAME_RIP]; what a function's prologue would leave:
    push qword [rdi + FRAME_RBP]; who called, and its frame
    mov rbp, rsp
    cld                         ; C expects strings to run upwards
    call trap_dispatch
    add rsp, 16
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16                 ; vector and error
    iretq

section .rodata
align 8
trap_stubs:                     ; for trap.c, which builds the gates
%assign vector 0
%rep 256
    dq stub_ %+ vector
%assign vector vector + 1
%endrep
