/* SPDX-License-Identifier: MIT */
/* key: the names of keys as they stand in keymap files and on the screen, read and written from one table.
 * The first name of a code is the one that is shown. Knows no terminal: term.c makes the codes. */
#include "tui/keys/key.h"

#include "core/base/utf8.h"

struct key_row {
    const char *name;
    uint32_t code;
};

static const struct key_row names[] = {
    { "Up", KEYCODE_UP }, { "Down", KEYCODE_DOWN }, { "Left", KEYCODE_LEFT }, { "Right", KEYCODE_RIGHT },
    { "PgUp", KEYCODE_PAGE_UP }, { "PageUp", KEYCODE_PAGE_UP }, { "PgDn", KEYCODE_PAGE_DOWN }, { "PageDown", KEYCODE_PAGE_DOWN },
    { "Home", KEYCODE_HOME }, { "End", KEYCODE_END }, { "Ins", KEYCODE_INSERT }, { "Insert", KEYCODE_INSERT },
    { "Del", KEYCODE_DELETE }, { "Delete", KEYCODE_DELETE }, { "Backspace", KEYCODE_BACKSPACE }, { "BS", KEYCODE_BACKSPACE },
    { "Tab", KEYCODE_TAB }, { "Enter", KEYCODE_ENTER }, { "Return", KEYCODE_ENTER }, { "Esc", KEYCODE_ESCAPE }, { "Escape", KEYCODE_ESCAPE },
    { "Space", ' ' }, { "F1", KEYCODE_F1 }, { "F2", KEYCODE_F2 }, { "F3", KEYCODE_F3 }, { "F4", KEYCODE_F4 },
    { "F5", KEYCODE_F5 }, { "F6", KEYCODE_F6 }, { "F7", KEYCODE_F7 }, { "F8", KEYCODE_F8 }, { "F9", KEYCODE_F9 },
    { "F10", KEYCODE_F10 }, { "F11", KEYCODE_F11 }, { "F12", KEYCODE_F12 },
};

static const struct {
    char letter;
    enum key_mod mod;
} mods[] = { { 'C', KEYMOD_CTRL }, { 'M', KEYMOD_ALT }, { 'S', KEYMOD_SHIFT } };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool cut_mod(struct slice *s, uint32_t *found)
{
    if (s->n < 3 || s->p[1] != '-')
        return false;
    for (size_t i = 0; i < COUNT(mods); i++) {
        if (s->p[0] == mods[i].letter) {
            *found |= mods[i].mod;
            *s = (struct slice){ s->p + 2, s->n - 2 };
            return true;
        }
    }
    return false;
}

bool key_parse(struct slice name, struct key *out)
{
    struct key k = { 0 };
    while (cut_mod(&name, &k.mods))
        ;
    for (size_t i = 0; i < COUNT(names); i++) {
        if (slice_eq_nocase(name, slice_of(names[i].name)))
            k.code = names[i].code;
    }
    if (k.code == KEYCODE_NONE && name.n > 0) {
        size_t at = 0;
        uint32_t c = utf8_next(name, &at);
        if (at != name.n || !utf8_is_printable(c) || c == 0xfffd || c == ' ')
            return false;
        if ((k.mods & KEYMOD_SHIFT) != 0) /* a shifted character is another character: write "A", not "S-a" */
            return false;
        if ((k.mods & KEYMOD_CTRL) != 0 && c >= 'A' && c <= 'Z')
            c += 'a' - 'A'; /* terminals cannot tell them apart */
        k.code = c;
    }
    if (k.code == KEYCODE_NONE)
        return false;
    *out = k;
    return true;
}

void key_print(struct key k, struct buf *out)
{
    for (size_t i = 0; i < COUNT(mods); i++) {
        if ((k.mods & (uint32_t)mods[i].mod) != 0)
            (void)buf_addf(out, "%c-", mods[i].letter);
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i].code == k.code) {
            (void)buf_add(out, slice_of(names[i].name));
            return;
        }
    }
    char bytes[4];
    (void)buf_add(out, (struct slice){ bytes, utf8_put(k.code, bytes) });
}

uint32_t key_character(struct key k)
{
    return k.mods == 0 && k.code >= ' ' && k.code < KEYCODE_UP && utf8_is_printable(k.code) ? k.code : 0;
}
