/* SPDX-License-Identifier: MIT */
/* log: one fact a line, "TIME LEVEL text". Owns the file and copies of the registered
 * secrets. Masking comes before escaping, so that a secret with an odd byte is found too. */
#include "core/base/log.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 16 * 1024 };

static int file_fd = -1;
static enum log_level log_max = LOG_WARN;

static struct {
    char **text;
    size_t *length;
    size_t count;
} secrets;

static const char *const level_names[] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};
_Static_assert(sizeof level_names / sizeof level_names[0] == LOG_COUNT, "one name a level");

bool log_open(const char *path, enum log_level max, struct err *err)
{
    log_close();
    log_max = max;
    if (path == NULL)
        return true;
    /* A pipe that nobody reads and a terminal that is stopped must not hold up the keeper: what they do not take is lost. */
    file_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    return file_fd >= 0 || err_errno(err, ERR_SYSTEM, "cannot write the log file '%s' (option log_file)", path);
}

int log_fd(void)
{
    return file_fd;
}

void log_close(void)
{
    if (file_fd >= 0)
        (void)close(file_fd);
    file_fd = -1;
}

void log_add_secret(struct slice secret)
{
    if (secret.n == 0)
        return;
    for (size_t i = 0; i < secrets.count; i++)
        if (slice_eq(secret, (struct slice){ secrets.text[i], secrets.length[i] }))
            return;
    secrets.text = mem_resize(secrets.text, secrets.count + 1, sizeof *secrets.text);
    secrets.length = mem_resize(secrets.length, secrets.count + 1, sizeof *secrets.length);
    secrets.text[secrets.count] = mem_text(secret);
    secrets.length[secrets.count++] = secret.n;
}

void log_forget_secrets(void)
{
    for (size_t i = 0; i < secrets.count; i++) {
        mem_wipe(secrets.text[i], secrets.length[i]);
        mem_free(secrets.text[i]);
    }
    mem_free(secrets.text);
    mem_free(secrets.length);
    secrets.text = NULL;
    secrets.length = NULL;
    secrets.count = 0;
}

/* The longest secret that starts at s and is not in `known`, 0 when none does. */
static size_t secret_at(struct slice s, struct slice known)
{
    size_t longest = 0;
    for (size_t i = 0; i < secrets.count; i++) {
        struct slice secret = { secrets.text[i], secrets.length[i] };
        bool is_here = secret.n > longest && slice_starts(s, secret);
        if (is_here && (known.n == 0 || memmem(known.p, known.n, secret.p, secret.n) == NULL))
            longest = secret.n;
    }
    return longest;
}

bool log_mask(struct buf *out, struct slice s)
{
    return log_mask_but(out, s, (struct slice){ NULL, 0 });
}

bool log_mask_but(struct buf *out, struct slice s, struct slice known)
{
    size_t plain = 0;
    if (secrets.count == 0)
        return buf_add(out, s);
    for (size_t at = 0; at < s.n;) {
        size_t n = secret_at((struct slice){ s.p + at, s.n - at }, known);
        if (n == 0) {
            at++;
            continue;
        }
        if (!buf_add(out, (struct slice){ s.p + plain, at - plain }) || !buf_add(out, SLICE("****")))
            return false;
        at += n;
        plain = at;
    }
    return buf_add(out, (struct slice){ s.p + plain, s.n - plain });
}

static void add_escaped(struct buf *out, struct slice s)
{
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        if (utf8_is_printable(c) && c != '\\' && utf8_is_valid((struct slice){ s.p + from, at - from }))
            (void)buf_add(out, (struct slice){ s.p + from, at - from });
        else
            for (; from < at; from++)
                (void)buf_addf(out, "\\x%02x", (unsigned)(unsigned char)s.p[from]);
    }
}

static void write_all(struct slice s)
{
    while (s.n > 0) {
        ssize_t n = write(file_fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* a full disk or pipe must not stop the keeper */
        s.p += n;
        s.n -= (size_t)n;
    }
}

void log_line(enum log_level level, const char *fmt, ...)
{
    if (file_fd < 0 || level > log_max)
        return;
    struct buf raw = BUF_INIT(LINE_MAX_BYTES);
    struct buf masked = BUF_INIT(4 * LINE_MAX_BYTES);
    struct buf line = BUF_INIT(20 * LINE_MAX_BYTES);
    char when[32];
    va_list ap;
    va_start(ap, fmt);
    if (!buf_vaddf(&raw, fmt, ap))
        (void)(buf_reset(&raw), buf_add(&raw, SLICE("(a line that is too long for the log)")));
    va_end(ap);
    clock_rfc3339(when, clock_wall_ms());
    (void)buf_addf(&line, "%s %s ", when, level_names[level]);
    (void)log_mask(&masked, buf_slice(&raw));
    add_escaped(&line, buf_slice(&masked));
    (void)buf_add_char(&line, '\n');
    write_all(buf_slice(&line));
    buf_wipe(&raw);
    buf_wipe(&masked);
    buf_clear(&line);
}
