# SPDX-License-Identifier: MIT
# make goldens: the pictures as they are now become what is expected. Read the difference before you commit it.
SCREENS := $(BUILD)/tests/screens/test_screens $(BUILD)/tests/screens/test_swatches
goldens: $(SCREENS)
	for t in $(SCREENS); do GOLDENS=write $$t || exit 1; done
