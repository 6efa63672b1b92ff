# SPDX-License-Identifier: MIT
# acdtop. The two commands of a new user: make demo, make check. See README.md and tests/README.md.
#
#   make             ./acdtop, objects under build/
#   make demo        installs what is missing, builds, opens the console on the simulated PBX
#   make check       installs what is missing, builds, runs the whole suite
#   make check-unit  only the quick tests of single parts
#   make install     DESTDIR= PREFIX=/usr/local; uninstall leaves nothing
#   make bench fuzz soak lint goldens man clean
#
# Variables: V=1 (shows the commands); CC, CFLAGS, LDFLAGS; WERROR=1; SAN=address,undefined (its own build folder); BUILD=folder;
# ONLY="unit cli" (check: only these folders of tests/).
# Nothing is listed by hand: every core/*/*.c, tui/*.c and tui/*/*.c belongs to the program, every tests/*/test_* is a test.
# A folder with needs of its own has a NAME.mk, which may add to OBJ, TESTS and EMBED_H.
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
comma := ,
PREFIX ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0
CC := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
PYTHON ?= python3
BUILD ?= build$(if $(SAN),/$(notdir $(CC))-$(subst $(comma),-,$(SAN)))
BIN := $(if $(filter build,$(BUILD)),acdtop,$(BUILD)/acdtop)

STD = -std=c17 -D_GNU_SOURCE -I. -I$(BUILD) -DACDTOP_VERSION='"$(VERSION)"'
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wstrict-prototypes \
       -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wwrite-strings -Wformat=2 -Wvla -Wundef \
       -Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion
HARDEN = $(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fstack-protector-strong -fPIE -fstack-clash-protection
LIBS_PKG = ncursesw libcurl jansson libconfig libmd
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS_PKG) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(LIBS_PKG) 2>/dev/null)
VTERM_LIBS := $(shell pkg-config --libs vterm 2>/dev/null)
CFLAGS ?= -O2 -g
ALL_CFLAGS = $(STD) $(WARN) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer,$(HARDEN)) $(PKG_CFLAGS)
ALL_LDFLAGS = $(LDFLAGS) -Wl,--as-needed $(if $(SAN),-fsanitize=$(SAN),-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)
LIBS = $(PKG_LIBS) -lm
# A sub-make takes its share of the -j that was given, else all processors.
SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring --jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

# What is made is said in a word; V=1 shows the commands.
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo '  $(1)' &&)
SRC := $(filter-out tui/main.c,$(wildcard core/*/*.c tui/*.c tui/*/*.c))
OBJ := $(SRC:%.c=$(BUILD)/%.o)
LIB := $(BUILD)/libacdtop.a
TEST_SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/*/support*.c))
TEST_LIB := $(BUILD)/tests/libsupport.a
TEST_C := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/test_*.c))
# A folder with a program `run` starts its scripts itself.
TEST_RUN := $(wildcard tests/*/run)
TESTS := $(TEST_C) $(TEST_RUN) $(filter-out $(addsuffix test_%,$(dir $(TEST_RUN))),$(wildcard tests/*/test_*.py tests/*/test_*.sh))
EMBED_H :=
-include $(wildcard core/*/*.mk tui/*.mk tests/*/*.mk)

PROGRAMS := $(if $(wildcard tui/main.c),$(BIN))
.PHONY: all demo check check-unit check-run bench fuzz soak lint goldens man install uninstall clean need-libs FORCE
all: $(PROGRAMS) $(LIB)

# --- the program ---------------------------------------------------------------------------------------------------
$(BIN): $(BUILD)/tui/main.o $(LIB)
	$(call say,link $@) $(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(OBJ)
	@mkdir -p $(@D) && rm -f $@
	@ar rcs $@ $(OBJ)

$(TEST_LIB): $(TEST_SUPPORT)
	@mkdir -p $(@D) && rm -f $@
	@ar rcs $@ $(TEST_SUPPORT)

$(BUILD)/%.o: %.c $(BUILD)/flags | need-libs $(EMBED_H)
	@mkdir -p $(@D)
	$(call say,cc $<) $(CC) $(ALL_CFLAGS) $(if $(WERROR),-Werror) -MMD -MP -c -o $@ $<

$(TEST_C): $(BUILD)/%: $(BUILD)/%.o $(TEST_LIB) $(LIB)
	$(call say,link $@) $(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(TEST_LIB) $(LIB) $(LIBS) -lcmocka $(VTERM_LIBS) $(TEST_LDFLAGS)

# Other flags, other objects.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS))' >$@

FORCE:

need-libs:
	@command -v pkg-config >/dev/null || { echo "acdtop: pkg-config is missing. Install it, or run '.ci/install build' (Debian)." >&2; exit 1; }
	@command -v $(firstword $(CC)) >/dev/null || { echo "acdtop: the compiler '$(CC)' is missing. Install it, or run '.ci/install build' (Debian)." >&2; exit 1; }
	@for p in $(LIBS_PKG); do pkg-config --exists $$p || { echo "acdtop: the library '$$p' is missing (headers and .pc file). Install it, or run '.ci/install build' (Debian)." >&2; exit 1; }; done

# --- the two commands ----------------------------------------------------------------------------------------------
demo:
	@.ci/install build || echo "make demo: could not install what is missing; trying to build with what is here" >&2
	@$(SUBMAKE) all
	@if [ -t 0 ] && [ -t 1 ]; then ./$(BIN) --demo; else ./$(BIN) --demo -b -n 1; fi

check:
	@.ci/install build test || echo "make check: could not install what is missing; going on with what is here" >&2
	@.ci/install pbx || echo "make check: the real PBX's tools are missing; its tests will say so" >&2
	@$(SUBMAKE) all $(TEST_C)
	@$(SUBMAKE) check-run

check-run: $(PROGRAMS) $(TEST_C)
	@ACDTOP='$(CURDIR)/$(BIN)' BUILD='$(BUILD)' CC='$(CC)' MAKE='$(MAKE)' $(PYTHON) tests/run $(addprefix --only ,$(ONLY)) $(TESTS)

UNIT := $(filter $(BUILD)/tests/unit/%,$(TEST_C))
check-unit: $(UNIT)
	@TMPDIR=$$(mktemp -d) && export TMPDIR && trap 'rm -rf "$$TMPDIR"' EXIT && \
	for t in $(UNIT); do $$t >$$t.log 2>&1 </dev/null || { cat $$t.log; echo "FAILED $$t"; exit 1; }; done

lint: $(PROGRAMS) $(filter $(BUILD)/tests/lint/%,$(TEST_C))
	@ACDTOP='$(CURDIR)/$(BIN)' BUILD='$(BUILD)' CC='$(CC)' MAKE='$(MAKE)' $(PYTHON) tests/run --only lint $(TESTS)

# --- documents and installation -----------------------------------------------------------------------------------
MAN := $(patsubst %.in,$(BUILD)/%,$(wildcard man/*.in))
man: $(MAN)

$(BUILD)/man/%: man/%.in man/tables $(BIN)
	@mkdir -p $(@D)
	sh man/tables ./$(BIN) <$< >$@

bindir = $(DESTDIR)$(PREFIX)/bin
sharedir = $(DESTDIR)$(PREFIX)/share/acdtop
# Where systemd looks under any PREFIX that is /usr or /usr/local.
unitdir = $(DESTDIR)$(PREFIX)/lib/systemd/system
sysusersdir = $(DESTDIR)$(PREFIX)/lib/sysusers.d
docdir = $(DESTDIR)$(PREFIX)/share/doc/acdtop
mandir = $(DESTDIR)$(PREFIX)/share/man
man_page = $(mandir)/man$(patsubst .%,%,$(suffix $(1)))/$(notdir $(1))

COMPLETIONS := $(BUILD)/completion/acdtop $(BUILD)/completion/_acdtop $(BUILD)/completion/acdtop.fish
completion_dirs = $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
                  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
$(COMPLETIONS): $(BIN)
	@mkdir -p $(@D)
	./$(BIN) --dump completion-$(if $(filter %.fish,$@),fish,$(if $(filter %/_acdtop,$@),zsh,bash)) >$@

install: $(PROGRAMS) $(MAN) $(COMPLETIONS)
	install -d $(completion_dirs)
	$(foreach n,1 2 3,install -m 644 $(word $(n),$(COMPLETIONS)) $(word $(n),$(completion_dirs)) &&) true
	install -d $(bindir) $(sharedir)/keymaps $(sharedir)/themes $(sharedir)/walls $(unitdir) $(sysusersdir) $(docdir) $(sort $(dir $(foreach m,$(MAN),$(call man_page,$(m)))))
	install -m 755 $(BIN) $(bindir)/acdtop
	$(if $(wildcard keymaps/*.conf),install -m 644 $(wildcard keymaps/*.conf) $(sharedir)/keymaps)
	$(if $(wildcard themes/*.conf),install -m 644 $(wildcard themes/*.conf) $(sharedir)/themes)
	install -m 644 $(wildcard tui/walls/*.conf) $(sharedir)/walls
	sed 's|@bindir@|$(PREFIX)/bin|' 'tui/walls/acdtop-wall@.service' >'$(unitdir)/acdtop-wall@.service' && chmod 644 '$(unitdir)/acdtop-wall@.service'
	install -m 644 tui/walls/acdtop-wall.sysusers $(sysusersdir)/acdtop-wall.conf
	sed 's|@bindir@|$(PREFIX)/bin|' core/keeper/acdtop-keeper.service >'$(unitdir)/acdtop-keeper.service' && chmod 644 '$(unitdir)/acdtop-keeper.service'
	install -m 644 core/keeper/acdtop-keeper.sysusers $(sysusersdir)/acdtop-keeper.conf
	install -m 644 LICENSE README.md man/acdtop.conf.example $(docdir)
	$(foreach m,$(MAN),install -m 644 $(m) $(call man_page,$(m)) &&) true

# Only folders that install made are removed; with DESTDIR the empty ones above them as well.
uninstall:
	rm -f $(bindir)/acdtop '$(unitdir)/acdtop-wall@.service' $(sysusersdir)/acdtop-wall.conf '$(unitdir)/acdtop-keeper.service' $(sysusersdir)/acdtop-keeper.conf $(foreach m,$(MAN),$(call man_page,$(m)))
	rm -f $(join $(completion_dirs),$(patsubst $(BUILD)/completion%,%,$(COMPLETIONS)))
	rm -rf $(sharedir) $(docdir)
	@[ -z '$(DESTDIR)' ] || [ ! -d '$(DESTDIR)' ] || find '$(DESTDIR)' -mindepth 1 -depth -type d -empty -delete

clean:
	rm -rf $(BUILD) acdtop

-include $(OBJ:.o=.d) $(BUILD)/tui/main.d $(TEST_C:=.d) $(TEST_SUPPORT:.o=.d)
