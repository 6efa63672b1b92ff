/* SPDX-License-Identifier: MIT */
/* first_question: each question of the first start, once: how it is put, what it offers, what it explains, what it takes. Reads
 * lines of an ordinary terminal, whose driver does the editing; the secret is read by cli_secret, without echo. */
#include "tui/cli/first.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/config/path.h"
#include "tui/cli/cli_text.h"
#include "tui/term/term.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum { ANSWER_MAX = 1000, WIDTH_COLS = 78, NARROWEST_COLS = 40 };

struct question {
    const char *prompt;
    const char *help;
    void (*offer)(const struct first *f, struct buf *out);
    bool (*take)(struct first *f, struct slice answer, struct err *err); /* answer is never empty; false: *err, it is asked again */
    void (*explain)(const struct first *f); /* more than help; may be NULL */
};

/* ---- the terminal ---- */

void first_say(int left, const char *fmt, ...)
{
    struct buf text = BUF_INIT(1u << 14), out = BUF_INIT(1u << 15);
    va_list ap;
    int cols = term_columns();
    size_t width = cols > 0 && cols < WIDTH_COLS ? (size_t)(cols > NARROWEST_COLS ? cols : NARROWEST_COLS) : WIDTH_COLS;
    va_start(ap, fmt);
    buf_vaddf(&text, fmt, ap);
    va_end(ap);
    buf_addf(&out, "%*s", left, "");
    cli_text_wrap(&out, buf_slice(&text), (size_t)left, (size_t)left, width);
    puts(buf_slice(&out).p);
    fflush(stdout);
    buf_clear(&text);
    buf_clear(&out);
}

/* One line, without blanks at its ends; empty: Enter alone. False: end of input. */
static bool read_line(struct buf *out)
{
    fflush(stdout);
    buf_reset(out);
    for (char c;;) {
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            putchar('\n');
            return false;
        }
        if (c == '\n') {
            break;
        }
        buf_add_char(out, c);
    }
    struct slice text = slice_trim(buf_slice(out));
    buf_drop(out, text.n > 0 ? (size_t)(text.p - out->data) : out->len);
    while (out->len > text.n) {
        out->data[--out->len] = '\0';
    }
    return true;
}

bool first_confirm(const char *question, bool offered, bool *yes)
{
    struct buf line = BUF_INIT(ANSWER_MAX);
    bool is_read;
    for (;;) {
        printf("%s [%s] ", question, offered ? "Y/n" : "y/N");
        is_read = read_line(&line);
        char c = is_read && line.len > 0 ? (char)(line.data[0] | 0x20) : '\0';
        *yes = c == 'y' || (c == '\0' && offered);
        if (!is_read || c == '\0' || c == 'y' || c == 'n') {
            break;
        }
    }
    buf_clear(&line);
    return is_read;
}

/* ---- where ---- */

static void offer_host(const struct first *f, struct buf *out)
{
    buf_addf(out, "%s", f->host != NULL ? f->host : "127.0.0.1");
}

/* A whole url is taken apart: its parts answer more than one question. */
static bool take_host(struct first *f, struct slice answer, struct err *err)
{
    struct slice rest, before;
    bool is_url = slice_starts(answer, SLICE("ami://")) || slice_starts(answer, SLICE("amis://"));
    if (is_url) {
        f->is_tls = slice_starts(answer, SLICE("amis://"));
        answer.p += f->is_tls ? 7 : 6;
        answer.n -= f->is_tls ? 7 : 6;
    }
    before = slice_cut(answer, '@', &rest);
    if (rest.p != NULL && memchr(before.p, ':', before.n) != NULL) {
        return err_set(err, ERR_USAGE, "the secret does not belong here: it is asked for later, and not shown");
    }
    if (rest.p != NULL) {
        mem_assign(&f->user, before);
        answer = rest;
    }
    bool is_bare_v6 = answer.n > 0 && answer.p[0] != '[' && answer.p[0] != '/' && memchr(answer.p, ':', answer.n) != memrchr(answer.p, ':', answer.n);
    struct buf host = BUF_INIT(ANSWER_MAX);
    buf_addf(&host, is_bare_v6 ? "[%.*s]" : "%.*s", SLICE_FMT(answer));
    mem_assign(&f->host, buf_slice(&host));
    buf_clear(&host);
    struct cli trial;
    cli_init(&trial);
    bool ok = first_apply(f, &trial, err);
    cli_clear(&trial);
    return ok;
}

static void offer_tls(const struct first *f, struct buf *out)
{
    buf_addf(out, "%s", f->is_tls ? "yes" : "no");
}

static bool take_tls(struct first *f, struct slice answer, struct err *err)
{
    bool is_yes = slice_eq_nocase(answer, SLICE("y")) || slice_eq_nocase(answer, SLICE("yes"));
    bool is_no = slice_eq_nocase(answer, SLICE("n")) || slice_eq_nocase(answer, SLICE("no"));
    f->is_tls = is_yes;
    return is_yes || is_no || err_set(err, ERR_USAGE, "yes or no?");
}

static void offer_trust(const struct first *f, struct buf *out)
{
    buf_addf(out, "%s", f->trust != NULL ? f->trust : "");
}

static bool take_trust(struct first *f, struct slice answer, struct err *err)
{
    if (slice_starts(answer, SLICE("sha256//")) || slice_eq_nocase(answer, SLICE("none"))) {
        mem_assign(&f->trust, slice_starts(answer, SLICE("sha256//")) ? answer : (struct slice){ NULL, 0 });
        return true;
    }
    char *path = path_expand(answer, NULL), whole[PATH_MAX];
    bool ok = realpath(path, whole) != NULL || err_errno(err, ERR_USAGE, "cannot read %s", path);
    if (ok) {
        mem_assign(&f->trust, slice_of(whole));
    }
    mem_free(path);
    return ok;
}

/* ---- who ---- */

static void offer_user(const struct first *f, struct buf *out)
{
    buf_addf(out, "%s", f->user != NULL ? f->user : "acdtop");
}

static bool take_user(struct first *f, struct slice answer, struct err *err)
{
    if (memchr(answer.p, ':', answer.n) != NULL || memchr(answer.p, ' ', answer.n) != NULL) {
        return err_set(err, ERR_USAGE, "the name of an AMI user has no colon and no blank in it");
    }
    mem_assign(&f->user, answer);
    return true;
}

static bool is_loopback(const struct first *f)
{
    return f->host != NULL && (strncmp(f->host, "127.", 4) == 0 || strncmp(f->host, "localhost", 9) == 0 || strncmp(f->host, "[::1]", 5) == 0);
}

static void show_section(const struct first *f, bool is_wall)
{
    const char *own = f->own_address != NULL ? f->own_address : is_loopback(f) ? (f->host[0] == '[' ? "::1" : "127.0.0.1") : NULL;
    bool is_v6 = own != NULL && strchr(own, ':') != NULL;
    puts("");
    if (f->is_tls) {
        puts("    [general]\n    enabled = yes\n    tlsenable = yes\n    tlsbindaddr = 0.0.0.0:5039\n    tlscertfile = /etc/asterisk/keys/asterisk.pem\n");
    } else {
        printf("    [general]\n    enabled = yes\n    bindaddr = %s\n\n", is_loopback(f) ? "127.0.0.1" : "0.0.0.0          ; or the one address that acdtop reaches");
    }
    printf("    [%s]\n    secret = a-long-random-one\n    deny = %s\n", f->user != NULL ? f->user : "acdtop", is_v6 ? "::/0" : "0.0.0.0/0.0.0.0");
    printf("    permit = %s%s\n", own != NULL ? own : "192.0.2.7/255.255.255.255", own == NULL ? "   ; this machine, as the PBX sees it" : is_v6 ? "/128" : "/255.255.255.255");
    puts(is_wall ? "    read = agent,call,reporting,system\n    write = reporting" : "    read = agent,call,reporting,system,dialplan\n    write = reporting,call");
    puts("    writetimeout = 200          ; 100 to 500: Asterisk may hold a queue's lock that long\n");
}

static void explain_user(const struct first *f)
{
    bool is_console = true;
    if (!first_confirm("Should it prove its figures, as the console does? A wall display that only looks on needs less.", true, &is_console)) {
        return; /* the end of input is met again by the question */
    }
    show_section(f, !is_console);
    first_say(0, "Paste it into /etc/asterisk/manager.conf on the PBX with a secret of your own, then: asterisk -rx 'manager reload'");
}

/* ---- the questions ---- */

static const struct question questions[] = {
    [FIRST_HOST] = { "PBX", "The name or the address of the machine that Asterisk runs on, with :PORT where it is not 5038 (5039 with TLS).", offer_host, take_host,
                     NULL },
    [FIRST_TLS] = { "TLS, yes or no", "With TLS (tlsenable = yes in manager.conf) nobody on the way reads callers' numbers. Without it use the network of the PBX, "
                    "or an SSH tunnel.", offer_tls, take_tls, NULL },
    [FIRST_TRUST] = { "CA file or pin", "The file of the CA that signed the PBX's certificate (or of the certificate itself), or the pin of its key: sha256//BASE64, "
                      "as acdtop.conf(5) tells; 'none' for the CAs that this machine trusts.", offer_trust, take_trust, NULL },
    [FIRST_USER] = { "AMI user (? shows one to paste)", "The name in brackets of its section in manager.conf.", offer_user, take_user, explain_user },
    [FIRST_SECRET] = { "Secret", NULL, NULL, NULL, NULL },
};
_Static_assert(sizeof questions / sizeof questions[0] == FIRST_QUESTION_COUNT, "every question is put");

bool first_is_asked(const struct first *f, enum first_question which)
{
    bool is_socket = f->host != NULL && f->host[0] == '/';
    return which != FIRST_TRUST && !(which == FIRST_TLS && is_socket);
}

/* Enter alone keeps the one that was typed. */
static enum first_reply ask_secret(struct first *f, struct err *err)
{
    struct buf typed = BUF_INIT(VAULT_SECRET_MAX), prompt = BUF_INIT(512);
    bool has_one = vault_get(f->vault, FIRST_SECRET_NAME).p != NULL;
    enum first_reply reply = FIRST_END;
    buf_addf(&prompt, "Secret of %s (not shown%s): ", f->user, has_one ? "; Enter keeps the one typed" : "");
    while (buf_reserve(&typed, VAULT_SECRET_MAX) != NULL && cli_secret_type(buf_slice(&prompt).p, &typed, err)) {
        if (slice_eq(buf_slice(&typed), SLICE("<"))) {
            reply = FIRST_BACK;
        } else if (typed.len > 0 && !vault_put(f->vault, FIRST_SECRET_NAME, buf_slice(&typed))) {
            err_set(err, ERR_SYSTEM, "no memory to keep the secret in");
        } else if (typed.len > 0 || has_one) {
            reply = FIRST_NEXT;
        } else {
            continue;
        }
        break;
    }
    buf_wipe(&typed);
    buf_clear(&prompt);
    return reply;
}

enum first_reply first_ask(struct first *f, enum first_question which, struct err *err)
{
    const struct question *q = &questions[which];
    struct buf line = BUF_INIT(ANSWER_MAX), offered = BUF_INIT(ANSWER_MAX);
    enum first_reply reply = FIRST_END;
    if (which == FIRST_SECRET) {
        return ask_secret(f, err);
    }
    for (bool is_open = true; is_open;) {
        struct err wrong = ERR_INIT;
        buf_reset(&offered);
        q->offer(f, &offered);
        printf("%s%s%s%s: ", q->prompt, offered.len > 0 ? " [" : "", buf_slice(&offered).p, offered.len > 0 ? "]" : "");
        if (!read_line(&line)) {
            break;
        }
        struct slice answer = line.len > 0 ? buf_slice(&line) : buf_slice(&offered);
        bool is_harmless = utf8_is_valid(answer) && !line.overflow;
        for (size_t i = 0; i < answer.n; i++) {
            is_harmless = is_harmless && (unsigned char)answer.p[i] >= 0x20 && answer.p[i] != 0x7f;
        }
        if (slice_eq(answer, SLICE("?"))) {
            first_say(2, "%s", q->help);
            if (q->explain != NULL) {
                q->explain(f);
            }
        } else if (slice_eq(answer, SLICE("<"))) {
            reply = FIRST_BACK;
            is_open = false;
        } else if (!is_harmless || answer.n == 0 || !q->take(f, answer, &wrong)) {
            first_say(2, "%s", wrong.kind != ERR_NONE ? wrong.text : "That cannot be an answer; '?' explains.");
        } else {
            reply = FIRST_NEXT;
            is_open = false;
        }
    }
    buf_clear(&line);
    buf_clear(&offered);
    return reply;
}
