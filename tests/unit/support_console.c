/* SPDX-License-Identifier: MIT */
#include "tests/unit/support_console.h"

#include "core/base/clock.h"
#include "core/keeper/keeper.h"
#include "core/keeper/wire.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };

/* ---- the keepers ---- */

static int run_real(char **word)
{
    struct settings settings;
    struct err err = ERR_INIT;
    settings_init(&settings);
    struct keeper_setup setup = { .settings = &settings, .console_fd = 3, .replay_permille = 1000, .replay_at_ms = -1 };
    for (; word[0] != NULL && word[1] != NULL; word += 2) {
        if (strcmp(word[0], "record") == 0) {
            setup.record_path = word[1];
        } else if (strcmp(word[0], "replay") == 0) {
            setup.replay_path = word[1];
        } else if (strcmp(word[0], "permille") == 0) {
            setup.replay_permille = strtol(word[1], NULL, 10);
        } else if (!settings_flag(&settings, slice_of(word[0]), word[1], &err)) {
            return keeper_refuse(3, &err);
        }
    }
    if (setup.replay_path == NULL && !settings_finish(&settings, &err)) {
        return keeper_refuse(3, &err);
    }
    int code = keeper_run(&setup);
    settings_clear(&settings);
    return code;
}

static int say_and_sleep(const char *bytes, size_t n)
{
    char end;
    if (send(3, bytes, n, MSG_NOSIGNAL) < 0) {
        return 1;
    }
    struct pollfd at = { .fd = 3, .events = POLLIN };
    do {
        poll(&at, 1, -1);
    } while (recv(3, &end, 1, 0) > 0);
    return 0;
}

int console_be_keeper(char **word)
{
    struct err err = ERR_INIT;
    (void)fcntl(3, F_SETFL, 0);
    if (strcmp(word[0], "stillborn") == 0) {
        return 7;
    }
    if (strcmp(word[0], "garbage") == 0) {
        return say_and_sleep("HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    }
    if (strcmp(word[0], "other") == 0) {
        struct buf b = BUF_INIT(1024);
        (void)wire_add_hello(&b, SLICE("9.9.9"));
        b.data[6] = (char)(b.data[6] ^ 1);
        int code = say_and_sleep(b.data, b.len);
        buf_clear(&b);
        return code;
    }
    if (strcmp(word[0], "refuse") == 0) {
        err_set(&err, ERR_CONFIG, "the file is wrong");
        return keeper_refuse(3, &err);
    }
    (void)fcntl(3, F_SETFL, O_NONBLOCK);
    return run_real(word + 1);
}

/* ---- a console ---- */


static void on_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct console *c = context;
    assert_true(fact == NULL || fact->id == id);
    assert_ptr_equal(fact != NULL ? fact : store_get(client_store(c->client), kind, id), store_get(client_store(c->client), kind, id));
    c->changes++;
    c->changes_of[kind]++;
    c->gones += fact == NULL;
}

static void on_flushed(void *context)
{
    struct console *c = context;
    c->flushes++;
}

static void on_notice(void *context, struct slice sentence)
{
    struct console *c = context;
    snprintf(c->notice, sizeof c->notice, "%.*s", SLICE_FMT(sentence));
}

static bool on_ask(void *context, struct slice pbx, struct buf *out)
{
    struct console *c = context;
    c->asked++;
    assert_true(slice_eq(pbx, SLICE("geneva")));
    return c->secret != NULL && buf_add(out, slice_of(c->secret));
}

void console_open(struct console *c, const char *const *words)
{
    struct err err = ERR_INIT;
    *c = (struct console){ .secret = "demo" };
    c->client = client_new(words, &(struct client_hooks){ .changed = on_changed, .flushed = on_flushed, .notice = on_notice, .ask = on_ask, .context = c }, &err);
    if (c->client == NULL) {
        fail_msg("%s", err.text);
    }
}

void console_close(struct console *c)
{
    client_free(c->client);
}

/* Turns until claim() holds. */
bool console_wait(struct console *c, bool (*claim)(const struct console *c), struct err *err)
{
    int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
    while (clock_mono_ms() < until_ms) {
        int64_t now_ms = clock_mono_ms();
        if (!client_turn(c->client, now_ms, err)) {
            return false;
        }
        if (claim(c)) {
            return true;
        }
        int64_t due = client_deadline(c->client);
        int64_t wait_ms = due < now_ms + 200 ? due - now_ms : 200;
        struct pollfd at = { .fd = client_fd(c->client), .events = POLLIN };
        poll(&at, 1, wait_ms > 0 ? (int)wait_ms : 0);
    }
    fail_msg("waited in vain");
    return false;
}

void console_expect(struct console *c, bool (*claim)(const struct console *c))
{
    struct err err = ERR_INIT;
    if (!console_wait(c, claim, &err)) {
        fail_msg("the keeper ended: %s", err.text);
    }
}

const struct fact_pbx *console_pbx(const struct console *c)
{
    return (const void *)store_child(client_store(c->client), FACT_PBX, 0, NULL);
}

const struct fact_queue *console_queue(const struct console *c)
{
    size_t at = 0;
    return (const void *)store_each(client_store(c->client), FACT_QUEUE, &at);
}

bool console_is_live(const struct console *c)
{
    return client_is_live(c->client) && console_pbx(c) != NULL && console_pbx(c)->link == LINK_LIVE && console_queue(c) != NULL;
}

bool console_is_lost(const struct console *c)
{
    return console_pbx(c) != NULL && console_pbx(c)->link == LINK_LOST;
}

bool console_never(const struct console *c)
{
    (void)c;
    return false;
}

/* The only child of ours but the PBX: the keeper. Read from /proc, since a client does not tell. */
pid_t console_keeper(const struct amid *a)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    pid_t found = 0;
    for (int pid; fscanf(f, "%d", &pid) == 1;) {
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        FILE *stat = fopen(path, "re");
        bool is_dead = stat == NULL || fgets(text, sizeof text, stat) == NULL || strstr(text, ") Z ") != NULL;
        if (stat != NULL) {
            fclose(stat);
        }
        found = !is_dead && pid != a->pid ? pid : found;
    }
    fclose(f);
    return found;
}

const char *console_url(const struct amid *a)
{
    static char url[128];
    snprintf(url, sizeof url, "unix://%s?user=demo", a->path);
    return url;
}
