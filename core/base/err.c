/* SPDX-License-Identifier: MIT */
/* err: fills the caller's error. Whatever goes in (a name from the wire, a path of the
 * user's), what stands in `text` is one printable line that fits. Allocates nothing, so that
 * it works when nothing else does. */
#include "core/base/err.h"

#include "core/base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Appends text made printable to err->text from `length` on; cut at a character. */
static size_t append(struct err *err, size_t length, struct slice text)
{
    for (size_t at = 0; at < text.n;) {
        char bytes[4];
        uint32_t c = utf8_next(text, &at);
        size_t n = utf8_put(utf8_is_printable(c) ? c : c == '\n' || c == '\t' ? ' ' : 0xfffd, bytes);
        if (length + n >= sizeof err->text)
            break;
        memcpy(err->text + length, bytes, n);
        length += n;
    }
    err->text[length] = '\0';
    return length;
}

static size_t append_format(struct err *err, size_t length, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));
static size_t append_format(struct err *err, size_t length, const char *fmt, va_list ap)
{
    char raw[2 * sizeof err->text];
    int n = vsnprintf(raw, sizeof raw, fmt, ap);
    return append(err, length, (struct slice){ raw, n < 0 ? 0 : strnlen(raw, sizeof raw) });
}

static bool is_free(const struct err *err)
{
    return err != NULL && err->kind == ERR_NONE;
}

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (is_free(err)) {
        err->kind = kind;
        err->word = NULL;
        (void)append_format(err, 0, fmt, ap);
    }
    va_end(ap);
    return false;
}

bool err_errno(struct err *err, enum err_kind kind, const char *fmt, ...)
{
    int number = errno;
    va_list ap;
    va_start(ap, fmt);
    if (is_free(err)) {
        err->kind = kind;
        err->word = NULL;
        size_t length = append_format(err, 0, fmt, ap);
        length = append(err, length, SLICE(": "));
        (void)append(err, length, slice_of(strerror(number)));
    }
    va_end(ap);
    return false;
}

bool err_prefix(struct err *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (err != NULL && err->kind != ERR_NONE) {
        char before[sizeof err->text];
        memcpy(before, err->text, sizeof before);
        size_t length = append_format(err, 0, fmt, ap);
        length = append(err, length, SLICE(": "));
        (void)append(err, length, slice_of(before));
    }
    va_end(ap);
    return false;
}

int err_exit_code(enum err_kind kind)
{
    static const int codes[] = {
        [ERR_NONE] = 0,
        [ERR_USAGE] = 64,
        [ERR_CONFIG] = 78,
        [ERR_NETWORK] = 69,
        [ERR_LOGIN] = 77,
        [ERR_PROTOCOL] = 76,
        [ERR_SYSTEM] = 71,
        [ERR_INTERNAL] = 70,
    };
    _Static_assert(sizeof codes / sizeof codes[0] == ERR_COUNT, "one exit code a kind");
    return (unsigned)kind < ERR_COUNT ? codes[kind] : codes[ERR_INTERNAL];
}
