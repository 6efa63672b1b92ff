# SPDX-License-Identifier: MIT
# make soak: what CI does in a minute, for half an hour on each Asterisk.
.PHONY: soak-truth
soak: soak-truth
soak-truth: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' TRUTH_SECONDS=1800 tests/pbx/run test_truth.py
