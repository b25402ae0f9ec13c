"""qn: the graders' harness.

Reading order: labs (what there is to earn), machine and qemu (how a kernel is
booted), records and judge (what it says), watch and classify (when it says
nothing), check and hostview (what the host sees for itself), boot and session
(one boot, all boots), results and render (what the student reads).
"""
