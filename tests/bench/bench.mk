# SPDX-License-Identifier: MIT
# make bench: figures and ratios, never a verdict. STORM=10 shortens the storm, which lasts a minute.
STORM ?= 60
BENCH_ENGINE := $(BUILD)/tests/bench/bench_engine
BENCH_SERVER := $(BUILD)/tests/bench/bench_server
BENCH_SCREEN := $(BUILD)/tests/bench/bench_screen
$(BENCH_ENGINE) $(BENCH_SERVER): %: %.o $(BUILD)/libacdtop.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(BENCH_SCREEN): %: %.o $(BUILD)/tests/libsupport.a $(BUILD)/libacdtop.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(VTERM_LIBS)

.PHONY: bench-engine bench-whole
bench: bench-engine bench-whole
bench-whole: all $(BENCH_SERVER) $(BENCH_SCREEN)
	@$(PYTHON) tests/bench/whole.py ./$(BIN) $(dir $(BENCH_SERVER)) $(STORM) $(WHAT)
bench-engine: $(BENCH_ENGINE)
	@$(PYTHON) tests/bench/engine.py $(BENCH_ENGINE)
-include $(BENCH_ENGINE).d $(BENCH_SERVER).d $(BENCH_SCREEN).d
