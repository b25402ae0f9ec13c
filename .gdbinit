# Kernel-aware commands: `help qn`.
source grade/gdb/load.py
