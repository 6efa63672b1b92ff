# SPDX-License-Identifier: MIT
# make goldens: the pictures as they are now become what is expected. Read the difference before you commit it.
goldens: $(BUILD)/tests/screens/test_screens
	GOLDENS=write $<
