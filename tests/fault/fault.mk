# SPDX-License-Identifier: MIT
# make check-fault: memory that is not there. Every C test can be started with one allocation failing (support_fault.c).
TEST_LDFLAGS += -Wl,-u,fault_from_environment

.PHONY: check-fault
check-fault: $(TEST_C)
	@ACDTOP='$(CURDIR)/$(BIN)' BUILD='$(BUILD)' $(PYTHON) tests/run --only fault $(TESTS)
