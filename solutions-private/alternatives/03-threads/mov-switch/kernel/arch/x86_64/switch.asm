; arch/x86_64/switch.asm - the context switch, without pushes and pops.

section .text
global context_switch, context_start

; void context_switch(struct context **save, struct context *load)
context_switch:
    pushfq
    pop rax
    sub rsp, 56                 ; a struct context, without the return address
    mov [rsp], rax
    mov [rsp + 8], r15
    mov [rsp + 16], r14
    mov [rsp + 24], r13
    mov [rsp + 32], r12
    mov [rsp + 40], rbx
    mov [rsp + 48], rbp
    mov [rdi], rsp
    mov r15, [rsi + 8]
    mov r14, [rsi + 16]
    mov r13, [rsi + 24]
    mov r12, [rsi + 32]
    mov rbx, [rsi + 40]
    mov rbp, [rsi + 48]
    mov rsp, rsi
    popfq
    lea rsp, [rsi + 56]
    ret

context_start:
    mov rdi, r12
    push 0                      ; no return address: a backtrace ends here
    jmp rbx
