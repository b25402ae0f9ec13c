; arch/x86_64/switch.asm - the context switch.
;
; context_switch() looks like any function to its caller: it returns with the
; registers it was called with.  Only, in between another thread ran.  So just
; what the ABI makes a called function keep must be saved: RBP, RBX, R12-R15,
; the flags (IF among them), and the stack pointer.  The caller's return
; address lies on the stack already.
;
; Layout  struct context, switch.h
; Tests   kernel/test/switch.c

section .text
global context_switch, context_start

; void context_switch(struct context **save, struct context *load)
context_switch:
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    pushfq
    mov [rdi], rsp              ; the old thread is its stack now
    mov rsp, rsi                ; from here on we are the new one
    popfq
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ret

; A new thread's first instruction: RBX(R12).  RBP is 0 already, as the end of
; the chain of frames (context_create).
context_start:
    mov rdi, r12
    call rbx
    ud2                         ; entry functions do not return
