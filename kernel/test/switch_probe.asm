; test/switch_probe.asm - what a caller of context_switch() sees.
;
; void switch_probe(struct context **save, struct context *load,
;                   const u64 give[6], u64 seen[6])
;
; Puts give[] into RBX, RBP, R12, R13, R14, R15, switches, and when somebody
; switches back writes what these registers hold then to seen[].

section .text
global switch_probe
extern context_switch

switch_probe:
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    push rcx                    ; 7 words and the return address: aligned
    mov rbx, [rdx]
    mov rbp, [rdx + 8]
    mov r12, [rdx + 16]
    mov r13, [rdx + 24]
    mov r14, [rdx + 32]
    mov r15, [rdx + 40]
    call context_switch
    pop rcx
    mov [rcx], rbx
    mov [rcx + 8], rbp
    mov [rcx + 16], r12
    mov [rcx + 24], r13
    mov [rcx + 32], r14
    mov [rcx + 40], r15
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ret
