/* SPDX-License-Identifier: MIT */
/* transcript: AMI bytes of both directions to a file and back. The writer owns the file, masks
 * secrets before anything reaches it, and hands each entry to the kernel at once, so that what a
 * crash leaves behind is whole up to its last entry. The reader takes a file in pieces or a text in
 * memory and believes no number in it. Neither interprets AMI beyond the two header names it hides. */
#include "core/link/transcript.h"

#include "core/base/buf.h"
#include "core/base/log.h"
#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ENTRY_MAX = 16 * 1024 * 1024,         /* bytes of one entry */
    HEADER_MAX = 4096,                    /* bytes of one header line, texts of up/down included */
    READ_STEP = 64 * 1024,
    PATIENCE_MS = 200
};
#define AT_MAX INT64_C(3155760000000)     /* a century in ms */
#define MAGIC "acdtop-transcript 1 "

static const char kind_mark[] = {
    [TRANSCRIPT_RECEIVED] = '<',
    [TRANSCRIPT_SENT] = '>',
    [TRANSCRIPT_UP] = '!',
    [TRANSCRIPT_DOWN] = '!',
};
_Static_assert(sizeof(kind_mark) / sizeof(kind_mark[0]) == TRANSCRIPT_DOWN + 1, "one mark a kind");

struct transcript_writer {
    int fd;
    char *path;
    int64_t zero_ms, last_ms; /* times never go back in the file */
    struct buf head, body;
    bool is_broken;
};

/* ---- writing ---- */

/* A full pipe is given one moment: longer, and the PBX would wait as well. */
static bool takes_more(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLOUT };
    bool ok = poll(&p, 1, PATIENCE_MS) == 1;
    errno = EAGAIN;
    return ok;
}

static bool write_all(struct transcript_writer *w, struct slice s, struct err *err)
{
    while (s.n > 0) {
        ssize_t n = write(w->fd, s.p, s.n);
        if (n < 0 && (errno == EINTR || (errno == EAGAIN && takes_more(w->fd))))
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EPIPE))
            return err_set(err, ERR_SYSTEM, "recording to %s stops: the disk does not take it (full, or it hangs)", w->path);
        if (n <= 0)
            return err_errno(err, ERR_SYSTEM, "recording to %s stops: cannot write", w->path);
        s.p += n;
        s.n -= (size_t)n;
    }
    return true;
}

struct transcript_writer *transcript_create(const char *path, int64_t mono_ms, int64_t wall_ms, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        err_errno(err, ERR_SYSTEM, errno == EEXIST ? "recording to %s: it is there already, and is not overwritten" : "recording to %s", path);
        return NULL;
    }
    struct transcript_writer *w = mem_alloc(sizeof(*w));
    w->fd = fd;
    w->path = mem_strdup(path);
    w->zero_ms = mono_ms;
    w->head = BUF_INIT(HEADER_MAX);
    w->body = BUF_INIT(ENTRY_MAX);
    bool has_head = buf_addf(&w->head, MAGIC "%" PRId64 "\n", wall_ms) || err_set(err, ERR_SYSTEM, "recording to %s: no memory for it", path);
    if (has_head && write_all(w, buf_slice(&w->head), err))
        return w;
    w->is_broken = true;
    (void)transcript_close(w, NULL);
    return NULL;
}

static bool is_secret_line(struct slice line)
{
    struct slice value;
    struct slice name = slice_cut(line, ':', &value);
    return value.p != NULL && (slice_eq_nocase(name, SLICE("Secret")) || slice_eq_nocase(name, SLICE("Key")));
}

/* What was sent, with the values of Secret and Key replaced, and registered secrets wherever they stand. */
static void mask_sent(struct buf *out, struct slice bytes)
{
    for (struct slice rest = bytes; rest.n > 0;) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t n = lf != NULL ? (size_t)(lf - rest.p) + 1 : rest.n;
        struct slice line = { rest.p, n };
        rest = (struct slice){ rest.p + n, rest.n - n };
        if (!is_secret_line(line)) {
            log_mask(out, line);
            continue;
        }
        struct slice value;
        buf_add(out, slice_cut(line, ':', &value));
        buf_add(out, SLICE(": ****"));
        buf_add(out, lf == NULL ? SLICE("") : n > 1 && lf[-1] == '\r' ? SLICE("\r\n") : SLICE("\n"));
    }
}

/* One word, one line: what would end it early is shown as '_'. */
static void add_word(struct buf *out, struct slice s, bool is_text)
{
    for (size_t i = 0; i < s.n && i < HEADER_MAX / 4; i++) {
        unsigned char c = (unsigned char)s.p[i];
        buf_add_char(out, c < ' ' || c == 0x7f || (c == ' ' && !is_text) ? '_' : s.p[i]);
    }
    if (s.n == 0 && !is_text)
        buf_add_char(out, '-');
}

static void compose(struct transcript_writer *w, const char *pbx, enum transcript_kind kind, struct slice bytes)
{
    buf_reset(&w->head);
    buf_reset(&w->body);
    buf_addf(&w->head, "%" PRId64 " ", w->last_ms);
    add_word(&w->head, slice_of(pbx), false);
    buf_addf(&w->head, " %c ", kind_mark[kind]);
    if (kind == TRANSCRIPT_UP || kind == TRANSCRIPT_DOWN) {
        buf_addf(&w->head, "%s ", kind == TRANSCRIPT_UP ? "up" : "down");
        log_mask(&w->body, bytes);
        add_word(&w->head, buf_slice(&w->body), true);
        buf_reset(&w->body);
    } else {
        if (kind == TRANSCRIPT_SENT)
            mask_sent(&w->body, bytes);
        else
            log_mask(&w->body, bytes);
        buf_addf(&w->head, "%zu", w->body.len);
        buf_add_char(&w->body, '\n');
    }
    buf_add_char(&w->head, '\n');
}

bool transcript_write(struct transcript_writer *w, int64_t mono_ms, const char *pbx, enum transcript_kind kind, struct slice bytes,
                      struct err *err)
{
    if (w->is_broken)
        return true; /* said once already */
    if (mono_ms - w->zero_ms > w->last_ms)
        w->last_ms = mono_ms - w->zero_ms;
    compose(w, pbx, kind, bytes);
    if (w->head.overflow || w->body.overflow) {
        w->is_broken = true;
        return err_set(err, ERR_INTERNAL, "recording to %s stops: one piece of %zu bytes is too large", w->path, bytes.n);
    }
    if (write_all(w, buf_slice(&w->head), err) && write_all(w, buf_slice(&w->body), err))
        return true;
    w->is_broken = true;
    return false;
}

int transcript_fd(const struct transcript_writer *w)
{
    return w->fd;
}

bool transcript_close(struct transcript_writer *w, struct err *err)
{
    if (w == NULL)
        return true;
    bool is_whole = !w->is_broken;
    if (close(w->fd) != 0 && is_whole)
        is_whole = err_errno(err, ERR_SYSTEM, "recording to %s: cannot write its end", w->path);
    else if (!is_whole)
        err_set(err, ERR_SYSTEM, "recording to %s: it stopped before its end", w->path);
    buf_wipe(&w->head);
    buf_wipe(&w->body);
    mem_free(w->path);
    mem_free(w);
    return is_whole;
}

/* ---- reading ---- */

struct transcript_reader {
    int fd; /* -1: all of it is in `all` */
    char *path;
    struct slice all;
    struct buf piece;
    size_t at;       /* read up to here, in `all` or `piece` */
    uint64_t offset; /* of `at` in the file, for messages */
    int64_t wall_ms, last_ms;
    bool is_eof, is_bad;
};

static struct slice unread(const struct transcript_reader *r)
{
    struct slice s = r->fd < 0 ? r->all : buf_slice(&r->piece);
    return (struct slice){ s.p + r->at, s.n - r->at };
}

static void take(struct transcript_reader *r, size_t n)
{
    r->at += n;
    r->offset += n;
}

/* One more piece of the file behind what is unread. False: there is none. */
static bool read_more(struct transcript_reader *r)
{
    if (r->fd < 0 || r->is_eof)
        return false;
    buf_drop(&r->piece, r->at);
    r->at = 0;
    char *room = buf_reserve(&r->piece, READ_STEP);
    if (room == NULL)
        return false;
    ssize_t n;
    do {
        n = read(r->fd, room, READ_STEP);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        r->is_eof = true;
        return false;
    }
    r->piece.len += (size_t)n;
    return true;
}

static enum transcript_state bad(struct transcript_reader *r, struct err *err, const char *why)
{
    r->is_bad = true;
    err_set(err, ERR_PROTOCOL, "reading the transcript %s near byte %" PRIu64 ": %s", r->path, r->offset, why);
    return TRANSCRIPT_BAD;
}

/* The next line without its LF, still unread; absent: no whole line of at most HEADER_MAX bytes follows. */
static struct slice peek_line(struct transcript_reader *r)
{
    for (;;) {
        struct slice s = unread(r);
        const char *lf = s.n > 0 ? memchr(s.p, '\n', s.n < HEADER_MAX ? s.n : HEADER_MAX) : NULL;
        if (lf != NULL)
            return (struct slice){ s.p, (size_t)(lf - s.p) };
        if (s.n >= HEADER_MAX || !read_more(r))
            return (struct slice){ NULL, 0 };
    }
}

static bool read_magic(struct transcript_reader *r, struct err *err)
{
    struct slice line = peek_line(r);
    if (line.p == NULL || !slice_starts(line, SLICE(MAGIC))) {
        bad(r, err, "it does not begin with \"acdtop-transcript 1\", so it is none, or of a newer acdtop");
        return false;
    }
    size_t n = line.n;
    struct slice wall = { line.p + sizeof(MAGIC) - 1, line.n - (sizeof(MAGIC) - 1) };
    if (!slice_int(wall, 0, INT64_C(1) << 52, &r->wall_ms)) {
        bad(r, err, "its first line has no time");
        return false;
    }
    take(r, n + 1);
    return true;
}

static struct transcript_reader *begin(int fd, const char *path, struct slice all, struct err *err)
{
    struct transcript_reader *r = mem_alloc(sizeof(*r));
    r->fd = fd;
    r->path = mem_strdup(path);
    r->all = all;
    r->piece = BUF_INIT(ENTRY_MAX + HEADER_MAX + 2 * READ_STEP);
    if (read_magic(r, err))
        return r;
    transcript_reader_free(r);
    return NULL;
}

struct transcript_reader *transcript_open(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err_errno(err, ERR_SYSTEM, "reading the transcript %s", path);
        return NULL;
    }
    return begin(fd, path, (struct slice){ NULL, 0 }, err);
}

struct transcript_reader *transcript_read(struct slice text, struct err *err)
{
    return begin(-1, "(text)", text.p != NULL ? text : SLICE(""), err);
}

int64_t transcript_wall_ms(const struct transcript_reader *r)
{
    return r->wall_ms;
}

/* "<ms> <pbx> <mark> <rest>" */
static bool parse_header(struct slice line, struct transcript_entry *out, char *mark, struct slice *rest)
{
    struct slice ms = slice_cut(line, ' ', &line);
    out->pbx = slice_cut(line, ' ', &line);
    struct slice sign = slice_cut(line, ' ', rest);
    if (!slice_int(ms, 0, AT_MAX, &out->at_ms) || out->pbx.n == 0 || sign.n != 1 || rest->p == NULL)
        return false;
    *mark = sign.p[0];
    return true;
}

/* `body` bytes and their LF follow a header of `head` bytes. Pointers into the header are moved along when the text moves. */
static enum transcript_state take_body(struct transcript_reader *r, size_t head, size_t body, struct transcript_entry *out, struct err *err)
{
    size_t pbx_at = (size_t)(out->pbx.p - unread(r).p);
    while (unread(r).n < head + body + 1) {
        if (!read_more(r))
            return bad(r, err, "it ends in the middle of an entry");
    }
    struct slice s = unread(r);
    if (s.p[head + body] != '\n')
        return bad(r, err, "an entry is longer than it says");
    out->pbx.p = s.p + pbx_at;
    out->bytes = (struct slice){ s.p + head, body };
    take(r, head + body + 1);
    return TRANSCRIPT_ENTRY;
}

enum transcript_state transcript_next(struct transcript_reader *r, struct transcript_entry *out, struct err *err)
{
    if (r->is_bad)
        return bad(r, err, "it was bad before");
    struct slice line = peek_line(r);
    if (line.p == NULL) {
        if (unread(r).n == 0)
            return TRANSCRIPT_END;
        return bad(r, err, unread(r).n >= HEADER_MAX ? "a line is too long" : "it ends in the middle of a line");
    }
    struct slice rest;
    char mark;
    *out = (struct transcript_entry){ 0 };
    if (!parse_header(line, out, &mark, &rest))
        return bad(r, err, "a line is not \"<ms> <name> <mark> ...\"");
    if (out->at_ms < r->last_ms)
        return bad(r, err, "its times go backwards");
    r->last_ms = out->at_ms;
    if (mark == '!') {
        struct slice word = slice_cut(rest, ' ', &out->bytes);
        if (!slice_eq(word, SLICE("up")) && !slice_eq(word, SLICE("down")))
            return bad(r, err, "a '!' line says neither up nor down");
        out->kind = word.n == 2 ? TRANSCRIPT_UP : TRANSCRIPT_DOWN;
        take(r, line.n + 1);
        return TRANSCRIPT_ENTRY;
    }
    int64_t count;
    if ((mark != '<' && mark != '>') || !slice_int(rest, 0, ENTRY_MAX, &count))
        return bad(r, err, "an entry has no length, or one of over 16 MiB");
    out->kind = mark == '<' ? TRANSCRIPT_RECEIVED : TRANSCRIPT_SENT;
    return take_body(r, line.n + 1, (size_t)count, out, err);
}

void transcript_reader_free(struct transcript_reader *r)
{
    if (r == NULL)
        return;
    if (r->fd >= 0)
        close(r->fd);
    buf_clear(&r->piece);
    mem_free(r->path);
    mem_free(r);
}
