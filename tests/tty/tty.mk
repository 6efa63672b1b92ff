# SPDX-License-Identifier: MIT
# make soak: three thousand rounds of bytes by chance at the prompts of the console (PROMPT_SEED=N does one run again).
.PHONY: soak-prompt
soak: soak-prompt
soak-prompt: $(BIN)
	ACDTOP='$(CURDIR)/$(BIN)' PROMPT_ROUNDS=3000 $(PYTHON) tests/tty/test_prompt.py
