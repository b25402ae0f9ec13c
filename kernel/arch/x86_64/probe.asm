; arch/x86_64/probe.asm - the instructions that may fault, and their fixups.
;
; After a fault probe_fixup() goes on at the fixup with the answer of
; `struct probe` in RAX and RDX, as a C function returns it; all that is left
; to do is return.

bits 64
section .text

; A line of the exception table: if %1 faults, go on at %2.
%macro FIXUP 2
section .fixups progbits alloc noexec nowrite align=8
    dq %1, %2
section .text
%endmacro

global probe_read, probe_write, probe_exec, probe_load
global probe_exec_called, probe_exec_failed

; struct probe probe_read(vaddr_t addr)
probe_read:
.touch:
    mov cl, [rdi]
    FIXUP .touch, answer
no_fault:
    xor eax, eax
    xor edx, edx
answer:
    ret

; struct probe probe_write(vaddr_t addr)
; If even reading faults, store anyway: the answer is about a write.
probe_write:
.read:
    mov cl, [rdi]
    FIXUP .read, .touch
.touch:
    mov [rdi], cl
    FIXUP .touch, answer
    jmp no_fault

; struct probe probe_load(vaddr_t addr, u64 *value)
probe_load:
.touch:
    mov rcx, [rdi]
    FIXUP .touch, answer
    mov [rsi], rcx
    jmp no_fault

; struct probe probe_exec(vaddr_t addr)
; If fetching faults, RIP is `addr`, which no table can list: probe_fixup()
; knows this case by the return address and drops it.  Some CPUs complain about
; a malformed address at the CALL itself.
probe_exec:
    push rbp
    mov rbp, rsp
.call:
    call rdi
    FIXUP .call, probe_exec_failed
probe_exec_called:
    xor eax, eax
    xor edx, edx
probe_exec_failed:
    pop rbp
    ret
