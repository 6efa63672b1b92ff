#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A terminal that goes away without a word: no hang-up signal reaches the console, as when it was not its controlling terminal.

The console ends; it does not stay behind and turn in circles. Prints TAP.
"""
import os
import select
import subprocess
import sys

GUARD_S = 60
master, slave = os.openpty()
env = dict(os.environ, TERM="xterm-256color")
with subprocess.Popen([os.environ.get("ACDTOP", "./acdtop"), "--demo"], stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=env) as child:
    os.close(slave)
    drawn = b""
    while b"\x1b[" not in drawn and select.select([master], [], [], GUARD_S)[0]:
        drawn += os.read(master, 65536)
    os.close(master)
    try:
        status = child.wait(GUARD_S)
    except subprocess.TimeoutExpired:
        status = "none: it is still there"
        child.kill()
good = b"\x1b[" in drawn and status in (0, 129)
print("%s 1 - the console ends with its terminal (drew %d bytes, exit status %s)" % ("ok" if good else "not ok", len(drawn), status))
print("1..1")
sys.exit(0 if good else 1)
