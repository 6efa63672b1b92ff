# SPDX-License-Identifier: MIT
# acdtop. The two commands of a new user: make demo, make check. See README.md.
MAKEFLAGS += --no-builtin-rules
PREFIX ?= /usr/local
DESTDIR ?=
CC := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
BUILD ?= build
VERSION := 0.1.0

STD = -std=c17 -D_GNU_SOURCE -I. -DACDTOP_VERSION='"$(VERSION)"'
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wstrict-prototypes \
       -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wwrite-strings -Wformat=2 -Wvla -Wundef \
       -Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion $(if $(WERROR),-Werror)
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -fstack-clash-protection
LIBS_PKG = ncursesw libcurl jansson libconfig libmd
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS_PKG) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(LIBS_PKG) 2>/dev/null)
CFLAGS ?= -O2 -g
ALL_CFLAGS = $(STD) $(WARN) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer,$(HARDEN)) $(PKG_CFLAGS)
ALL_LDFLAGS = $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN),-pie -Wl,-z,relro,-z,now)
LIBS = $(PKG_LIBS) -lm

SRC := $(filter-out tui/main.c,$(wildcard core/*/*.c tui/*.c))
OBJ := $(SRC:%.c=$(BUILD)/%.o)
LIB := $(BUILD)/libacdtop.a
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/unit/support*.c))
UNIT := $(UNIT_SRC:%.c=$(BUILD)/%)

.PHONY: all check-unit clean
all: $(if $(wildcard tui/main.c),acdtop) $(LIB)

acdtop: $(BUILD)/tui/main.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(OBJ)
	@mkdir -p $(@D); rm -f $@
	ar rcs $@ $(OBJ)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(UNIT_SUPPORT) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

check-unit: $(UNIT)
	@for t in $(UNIT); do $$t >$$t.log 2>&1 || { cat $$t.log; echo "FAILED $$t"; exit 1; }; done

clean:
	rm -rf $(BUILD) acdtop

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
