/* SPDX-License-Identifier: MIT */
/* embed: puts keymaps/ and themes/ into the program byte for byte (tui/tui.mk makes this file follow them).
 * A new keymap or theme is an EMBED line and a row. */
#include "tui/embed.h"

#define EMBED(symbol, path)                                                                                            \
    __asm__(".pushsection .rodata\n" #symbol "_begin: .incbin \"" path "\"\n" #symbol "_end: .byte 0\n.popsection\n"); \
    extern const char symbol##_begin[], symbol##_end[]

EMBED(keymap_default, "keymaps/default.conf");
EMBED(theme_default, "themes/default.conf");

const struct embed_row embed_keymaps[] = {
    { .name = "default", .path = "keymaps/default.conf", .begin = keymap_default_begin, .end = keymap_default_end },
    { .name = NULL },
};

const struct embed_row embed_themes[] = {
    { .name = "default", .path = "themes/default.conf", .begin = theme_default_begin, .end = theme_default_end },
    { .name = NULL },
};

const struct embed_row *embed_find(const struct embed_row *table, struct slice name)
{
    for (; table->name != NULL; table++) {
        if (slice_eq(name, slice_of(table->name)))
            return table;
    }
    return NULL;
}

const char *embed_name_at(size_t i, const void *table)
{
    return ((const struct embed_row *)table)[i].name;
}
