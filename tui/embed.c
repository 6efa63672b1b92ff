/* SPDX-License-Identifier: MIT */
/* embed: puts keymaps/, themes/ and tui/walls/ into the program byte for byte (tui/tui.mk makes this file follow them).
 * A new keymap, theme or layout is an EMBED line and a row. */
#include "tui/embed.h"

#define EMBED(symbol, path)                                                                                            \
    __asm__(".pushsection .rodata\n" #symbol "_begin: .incbin \"" path "\"\n" #symbol "_end: .byte 0\n.popsection\n"); \
    extern const char symbol##_begin[], symbol##_end[]

EMBED(keymap_default, "keymaps/default.conf");
EMBED(keymap_vim, "keymaps/vim.conf");
EMBED(keymap_fkeys, "keymaps/fkeys.conf");
EMBED(theme_default, "themes/default.conf");
EMBED(theme_light, "themes/light.conf");
EMBED(theme_contrast, "themes/contrast.conf");
EMBED(theme_colourblind, "themes/colourblind.conf");
EMBED(theme_fjord, "themes/fjord.conf");
EMBED(theme_mono, "themes/mono.conf");
EMBED(theme_either, "themes/either.conf");
EMBED(wall_default, "tui/walls/default.conf");
EMBED(wall_numbers, "tui/walls/numbers.conf");
EMBED(wall_tiles, "tui/walls/tiles.conf");

const struct embed_row embed_keymaps[] = {
    { .name = "default", .path = "keymaps/default.conf", .help = "letters", .begin = keymap_default_begin, .end = keymap_default_end },
    { .name = "vim", .path = "keymaps/vim.conf", .help = "as in vim", .begin = keymap_vim_begin, .end = keymap_vim_end },
    { .name = "fkeys", .path = "keymaps/fkeys.conf", .help = "function keys as in htop", .begin = keymap_fkeys_begin, .end = keymap_fkeys_end },
    { .name = NULL },
};

const struct embed_row embed_themes[] = {
    { .name = "default", .path = "themes/default.conf", .help = "for a dark terminal", .begin = theme_default_begin, .end = theme_default_end },
    { .name = "light", .path = "themes/light.conf", .help = "for a white or pale ground", .begin = theme_light_begin, .end = theme_light_end },
    { .name = "contrast", .path = "themes/contrast.conf", .help = "high contrast, for a black ground", .begin = theme_contrast_begin, .end = theme_contrast_end },
    { .name = "colourblind", .path = "themes/colourblind.conf", .help = "for a dark terminal and eyes that do not tell red from green", .begin = theme_colourblind_begin, .end = theme_colourblind_end },
    { .name = "fjord", .path = "themes/fjord.conf", .help = "cool and calm, for a dark terminal; finest with 24-bit colours", .begin = theme_fjord_begin, .end = theme_fjord_end },
    { .name = "either", .path = "themes/either.conf", .help = "for a ground that may be dark or light: colours bring their own", .begin = theme_either_begin, .end = theme_either_end },
    { .name = "mono", .path = "themes/mono.conf", .help = "no colours, on any ground", .begin = theme_mono_begin, .end = theme_mono_end },
    { .name = NULL },
};

const struct embed_row embed_walls[] = {
    { .name = "default", .path = "tui/walls/default.conf", .help = "numbers, queues, callers and agents in turn", .begin = wall_default_begin, .end = wall_default_end },
    { .name = "numbers", .path = "tui/walls/numbers.conf", .help = "all queues in eight numbers", .begin = wall_numbers_begin, .end = wall_numbers_end },
    { .name = "tiles", .path = "tui/walls/tiles.conf", .help = "queues and agents in turn", .begin = wall_tiles_begin, .end = wall_tiles_end },
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
