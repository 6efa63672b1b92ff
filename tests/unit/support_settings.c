/* SPDX-License-Identifier: MIT */
/* support_settings: the text goes through a file, since that is how settings are read. */
#include "tests/unit/support_settings.h"
#include "tests/unit/support_temp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

void support_settings(struct settings *s, const char *text)
{
    char path[TEMP_PATH_MAX];
    temp_template(path);
    int fd = mkstemp(path);
    struct err err = ERR_INIT;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    settings_init(s);
    bool ok = settings_load(s, path, &err);
    assert_int_equal(unlink(path), 0);
    if (!ok)
        fail_msg("%s", err.text);
}
