# SPDX-License-Identifier: MIT
# make fuzz: every tests/fuzz/fuzz_NAME.c for FUZZ_S seconds, from the seeds in tests/fuzz/seeds/NAME and beside other tests.
# What libFuzzer finds stays in build/fuzz/corpus/NAME for the next time; FUZZ="frame wire" takes only some.
FUZZ_S ?= 15
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ_SRC))
FUZZ_BIN = $(FUZZ_SRC:%.c=$(BUILD)/%)

fuzz:
	@command -v clang >/dev/null || { echo "make fuzz: clang is missing; run '.ci/install test' (Debian)" >&2; exit 1; }
	+@$(SUBMAKE) BUILD=build/fuzz CC=clang SAN=fuzzer-no-link,address,undefined CFLAGS='-O1 -g' fuzz-programs
	@$(PYTHON) tests/fuzz/run_all.py build/fuzz $(FUZZ_S) $(FUZZ)

.PHONY: fuzz-programs
fuzz-programs: $(FUZZ_BIN)

$(FUZZ_BIN): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $(filter %.o,$^) $(LIB) $(LIBS)

-include $(FUZZ_BIN:=.d)
