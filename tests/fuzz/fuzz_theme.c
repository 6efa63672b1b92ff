/* SPDX-License-Identifier: MIT */
/* A theme from any bytes: taken or refused with one printable sentence that names the file; what was taken has at every depth only
 * colours that this depth has, and every role over every ground can be looked up. */
#include "tests/fuzz/fuzz.h"
#include "tui/look/theme.h"

#include <sys/mman.h>
#include <unistd.h>

static bool is_at(int32_t colour, enum theme_depth depth)
{
    if (colour == COLOUR_DEFAULT)
        return true;
    switch (depth) {
    case DEPTH_DIRECT: return colour >= 0 && (colour < 8 || (colour & ~0xffffff) == COLOUR_RGB);
    case DEPTH_256: return colour >= 0 && colour < 256;
    case DEPTH_16: return colour >= 0 && colour < 16;
    case DEPTH_8: return colour >= 0 && colour < 8;
    default: return false;
    }
}

static void check(const struct theme *t)
{
    for (int depth = 0; depth < DEPTH_COUNT; depth++) {
        for (int role = 0; role < ROLE_COUNT; role++) {
            for (int ground = 0; ground < ROLE_COUNT; ground++) {
                struct look look = theme_look(t, (enum theme_depth)depth, (enum role)role, (enum role)ground);
                FUZZ_CHECK(is_at(look.fg, (enum theme_depth)depth) && is_at(look.bg, (enum theme_depth)depth) && look.attrs < 2 * ATTR_ITALIC);
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct theme t;
    struct err err = ERR_INIT;
    unsigned long before = mem_live();
    int fd = memfd_create("theme", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (theme_load(&t, path, &err))
        check(&t);
    else
        FUZZ_CHECK(strstr(err.text, path) != NULL && strchr(err.text, '\n') == NULL);
    (void)close(fd);
    fuzz_check_live(before);
    return 0;
}
