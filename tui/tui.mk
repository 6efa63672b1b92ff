# SPDX-License-Identifier: MIT
# The shipped keymaps, themes and layouts of the wall lie inside the program: it is made again when one of them changes.
$(BUILD)/tui/embed.o: $(wildcard keymaps/*.conf themes/*.conf tui/walls/*.conf)
