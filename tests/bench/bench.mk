# SPDX-License-Identifier: MIT
# make bench: figures and ratios, never a verdict.
BENCH_ENGINE := $(BUILD)/tests/bench/bench_engine
$(BENCH_ENGINE): $(BUILD)/tests/bench/bench_engine.o $(BUILD)/libacdtop.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: bench-engine
bench: bench-engine
bench-engine: $(BENCH_ENGINE)
	@$(PYTHON) tests/bench/engine.py $(BENCH_ENGINE)
-include $(BENCH_ENGINE).d
