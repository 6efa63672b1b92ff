# SPDX-License-Identifier: MIT
"""Waiting for something to be so."""
import time


def until(claim, what, timeout=60, pause_s=0.05, more=lambda: ""):
    """Asks again and again until claim() is true; its value. A guard against hanging, no verdict on speed; more() is said where it fails."""
    deadline = time.monotonic() + timeout
    while True:
        value = claim()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not seen within {timeout} s: {what}{more()}")
        time.sleep(pause_s)
