# SPDX-License-Identifier: MIT
# make soak: what CI does in a minute, for half an hour on each Asterisk.
.PHONY: soak-truth
soak: soak-truth
soak-truth: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' TRUTH_SECONDS=1800 tests/pbx/run test_truth.py

# A thousand lends and takes whose keeper or console is killed (KILL_SEED=N does one run again), and four hundred orders whose link is cut.
.PHONY: soak-kill soak-cut
soak: soak-kill soak-cut
soak-kill: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' KILL_ROUNDS=500 tests/pbx/run test_kill.py
soak-cut: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' CUT_ORDERS=200 tests/pbx/run test_cut.py

# Consoles stopped for a minute instead of a quarter.
.PHONY: soak-stall
soak: soak-stall
soak-stall: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' STALL_SECONDS=60 tests/pbx/run test_stall.py

# make bench: what a console costs the PBX.
.PHONY: bench-pbx
bench: bench-pbx
bench-pbx: $(PROGRAMS)
	@ACDTOP='$(CURDIR)/$(BIN)' $(PYTHON) tests/pbx/cost.py
