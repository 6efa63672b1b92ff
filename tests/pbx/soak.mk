# SPDX-License-Identifier: MIT
# make soak: what CI does in a minute, for half an hour on each Asterisk.
.PHONY: soak-truth
soak: soak-truth
soak-truth: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' TRUTH_SECONDS=1800 tests/pbx/run test_truth.py

# A thousand orders whose keeper or console is killed (KILL_SEED=N does one run again), four hundred whose link is cut, and a hundred and twenty lends
# whose PBX is killed.
.PHONY: soak-kill soak-cut soak-crash
soak: soak-kill soak-cut soak-crash
soak-kill: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' KILL_ROUNDS=500 tests/pbx/run test_kill.py
soak-cut: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' CUT_ORDERS=200 tests/pbx/run test_cut.py
soak-crash: $(PROGRAMS)
	ACDTOP='$(CURDIR)/$(BIN)' CRASH_ROUNDS=60 tests/pbx/run test_crash.py

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
