# SPDX-License-Identifier: MIT
# make bench: figures and ratios, never a verdict. STORM=60 gives the storm a minute.
BENCH_ENGINE := $(BUILD)/tests/bench/bench_engine
$(BENCH_ENGINE): $(BUILD)/tests/bench/bench_engine.o $(BUILD)/libacdtop.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

BENCH_SERVER := $(BUILD)/tests/bench/bench_server
$(BENCH_SERVER): $(BUILD)/tests/bench/bench_server.o $(BUILD)/libacdtop.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: bench-engine bench-whole
bench: bench-engine bench-whole
bench-whole: all $(BENCH_SERVER)
	@$(PYTHON) tests/bench/whole.py ./$(BIN) $(BENCH_SERVER) $(STORM)
bench-engine: $(BENCH_ENGINE)
	@$(PYTHON) tests/bench/engine.py $(BENCH_ENGINE)
-include $(BENCH_ENGINE).d $(BENCH_SERVER).d
