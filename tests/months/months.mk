# SPDX-License-Identifier: MIT
# make soak: the 90 days with as many calls as a real centre has.
.PHONY: soak-months
soak: soak-months
soak-months: $(BUILD)/tests/months/test_months
	MONTHS_CALLS=240 MONTHS_STEP_S=20 $<
