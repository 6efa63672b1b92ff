/* SPDX-License-Identifier: MIT */
/* A keymap from any bytes, then its last bytes as keys: taken or refused with a sentence, every key does something that
 * exists or nothing, and what is said of an action's key is what that key does. */
#include "tests/fuzz/fuzz.h"
#include "tui/keys/keymap.h"

#include <sys/mman.h>
#include <unistd.h>

static struct keymap *load(struct slice text, struct err *err)
{
    char path[64];
    int fd = memfd_create("keymap", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct keymap *m = keymap_load(path, err);
    (void)close(fd);
    return m;
}

/* The key that a hint would show does what it says. */
static void check_hint(const struct keymap *m, enum section section, enum action a)
{
    struct buf keys = BUF_INIT(512);
    if (keymap_key_in(m, section, a, &keys)) {
        struct chord pressed = { 0 };
        enum action done = ACTION_NONE;
        for (struct slice rest = buf_slice(&keys); rest.n > 0;) {
            struct key k;
            FUZZ_CHECK(done == ACTION_NONE && key_parse(slice_cut(rest, ' ', &rest), &k));
            done = keymap_press(m, section, &pressed, k);
        }
        FUZZ_CHECK(done == a && pressed.count == 0);
    }
    buf_clear(&keys);
}

static void press_all(const struct keymap *m, const uint8_t *data, size_t size)
{
    struct chord pressed = { 0 };
    for (size_t i = size > 64 ? size - 64 : 0; i < size; i++) {
        struct key k = { data[i] < 0x80 ? data[i] : KEYCODE_UP + (data[i] & 31u), data[i] & 4u };
        enum action a = keymap_press(m, (enum section)(i % SECTION_COUNT), &pressed, k);
        FUZZ_CHECK(a < ACTION_COUNT && pressed.count <= CHORD_MAX && (a == ACTION_NONE || pressed.count == 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long live = mem_live();
    struct err err = ERR_INIT;
    struct keymap *m = load(fuzz_slice(data, size), &err);
    FUZZ_CHECK((m == NULL) == (err.kind != ERR_NONE));
    if (m != NULL) {
        struct buf said = BUF_INIT(1 << 20);
        bool is_amiss = keymap_complain(m, &said);
        FUZZ_CHECK(is_amiss == (said.len > 0));
        buf_clear(&said);
        for (int s = 0; s < SECTION_COUNT; s++) {
            for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
                check_hint(m, (enum section)s, (enum action)a);
        }
        press_all(m, data, size);
    }
    keymap_free(m);
    fuzz_check_live(live);
    return 0;
}
