/* SPDX-License-Identifier: MIT */
/* Settings from any bytes: taken or refused with a sentence, and what is shown of what was
 * taken can be loaded again and shows the same. */
#include "core/config/settings.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

static bool load(struct slice text, struct buf *shown, struct err *err)
{
    char path[64];
    struct settings s;
    int fd = memfd_create("settings", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    settings_init(&s);
    bool ok = settings_load(&s, path, err) && settings_finish(&s, err);
    (void)close(fd);
    if (ok)
        FUZZ_CHECK(settings_show(&s, shown));
    settings_clear(&s);
    return ok;
}

/* Lines of what is shown that stay the same after a round: not those that say where a value came from or that are masked. */
static bool is_comparable(const struct buf *shown)
{
    return strstr(buf_slice(shown).p, "****") == NULL && strstr(buf_slice(shown).p, "not shown") == NULL;
}

static void drop_origins(struct buf *b)
{
    size_t to = 0;
    for (size_t at = 0; at < b->len; at++) {
        while (b->len - at > 4 && memcmp(b->data + at, "  # ", 4) == 0 && at > 0 && b->data[at - 1] == ';' && b->data[at] != '\n')
            do
                at++;
            while (b->data[at] != '\n');
        b->data[to++] = b->data[at];
    }
    b->len = to;
    b->data[to] = '\0';
}

static bool each(void *context, const struct settings_entry *e, struct err *err)
{
    size_t *count = context;
    FUZZ_CHECK(e->name != NULL && e->value != NULL && e->section != NULL);
    *count += strlen(e->value);
    return (*count < 100000) || err_set(err, ERR_CONFIG, "too much");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long live = mem_live();
    struct err err = ERR_INIT;
    struct buf shown = BUF_INIT(8 << 20), again = BUF_INIT(8 << 20);
    if (load(fuzz_slice(data, size), &shown, &err)) {
        FUZZ_CHECK(err.kind == ERR_NONE);
        if (is_comparable(&shown)) {
            if (!load(buf_slice(&shown), &again, &err)) {
                (void)fprintf(stderr, "%s\n%s\n", err.text, shown.data);
                abort();
            }
            drop_origins(&shown);
            drop_origins(&again);
            FUZZ_CHECK(slice_eq(buf_slice(&shown), buf_slice(&again)));
        }
    } else {
        FUZZ_CHECK(err.kind != ERR_NONE && err.text[0] != '\0');
    }
    buf_clear(&shown);
    buf_clear(&again);
    struct err each_err = ERR_INIT;
    size_t count = 0;
    bool ok = settings_each("text", size > 0 ? fuzz_slice(data, size) : SLICE(""), each, &count, &each_err);
    FUZZ_CHECK(ok == (each_err.kind == ERR_NONE));
    fuzz_check_live(live);
    return 0;
}
