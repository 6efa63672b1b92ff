/* SPDX-License-Identifier: MIT */
/* cli_follow: waits for what a printing command lives on. Owns the client and the pipe that signals write to. A
 * command is ended by SIGINT, SIGTERM and SIGHUP as by --for: in good order, with exit code 0. */
#include "tui/cli/cli_follow.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/near.h"
#include "tui/names.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static int stop_pipe[2] = { -1, -1 };

static void on_signal(int number)
{
    int saved = errno;
    ssize_t n = write(stop_pipe[1], &(char){ (char)number }, 1);
    (void)n; /* a full pipe says it as well */
    errno = saved;
}

static bool catch_signals(struct err *err)
{
    if (stop_pipe[0] < 0 && pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return err_errno(err, ERR_SYSTEM, "cannot make a pipe for signals");
    }
    /* No SA_RESTART: a write to a terminal that stands still is interrupted. */
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
    for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++) {
        sigaction(caught[i], &action, NULL);
    }
    return true;
}

static void on_shown(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct follow *f = context;
    if (f->changed != NULL) {
        f->changed(f->context, kind, id, fact);
    }
}

static void on_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct follow *f = context;
    if (f->joint != NULL) {
        joint_changed(f->joint, kind, id, fact, on_shown, f);
    }
}

static void on_flushed(void *context)
{
    struct follow *f = context;
    f->is_flushed = true;
}

static void on_notice(void *context, struct slice sentence)
{
    struct follow *f = context;
    f->was_told = true;
    fprintf(stderr, "acdtop: %.*s\n", SLICE_FMT(sentence));
}

static bool on_ask(void *context, struct slice pbx, struct buf *out)
{
    struct follow *f = context;
    return cli_secret_ask(f->cli, pbx, out);
}

/* "@geneva" among the words is the PBX that is asked for, "@" and "@*" all of them. */
static bool take_pbx(struct cli *cli, struct err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < cli->word_count; i++) {
        if (cli->word[i][0] != '@') {
            cli->word[kept++] = cli->word[i];
            continue;
        }
        const char *name = cli->word[i] + 1;
        mem_free(cli->settings.only_pbx);
        cli->settings.only_pbx = *name != '\0' && strcmp(name, "*") != 0 ? mem_strdup(name) : NULL;
    }
    cli->word_count = kept;
    return cli_check_pbx(cli, err);
}

/* What is looked at or kept of the PBXs themselves is so of all of them. */
static void choose_pbx(struct follow *f)
{
    const struct settings *s = &f->cli->settings;
    bool is_whole = f->cli->command == COMMAND_DOCTOR || f->cli->command == COMMAND_RECORD;
    f->joint = joint_new(client_store(f->client));
    if (!is_whole) { /* JSON and changes tell of facts as they are: no queue stands for another there */
        joint_show(f->joint, slice_of(s->only_pbx), s->is_merged && !f->cli->is_json && f->cli->command != COMMAND_WATCH);
    }
}

bool follow_open(struct follow *f, struct cli *cli, struct err *err)
{
    f->cli = cli;
    f->end_ms = cli->for_ms >= 0 ? clock_mono_ms() + cli->for_ms : FOLLOW_NEVER;
    f->is_flushed = false;
    f->joint = NULL;
    if (!take_pbx(cli, err) || !catch_signals(err)) {
        return false;
    }
    struct client_hooks hooks = { .changed = on_changed, .flushed = on_flushed, .notice = on_notice, .ask = on_ask, .context = f, .role = cli->role, .socket_path = cli->keeper_path, .is_readonly = cli->settings.is_readonly };
    f->client = client_new(cli_keeper_argv(cli), &hooks, err);
    if (f->client != NULL) {
        choose_pbx(f);
    }
    return f->client != NULL;
}

void follow_close(struct follow *f)
{
    if (f->client != NULL && !f->cli->is_demo && f->cli->role == NULL && f->cli->replay_path == NULL) {
        names_keep(client_store(f->client));
    }
    joint_free(f->joint);
    f->joint = NULL;
    client_free(f->client);
    f->client = NULL;
}

static int64_t earliest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

enum follow_news follow_wait(struct follow *f, int64_t due_ms, struct err *err)
{
    for (;;) {
        int64_t now = clock_mono_ms();
        if (!client_turn(f->client, now, err)) {
            return FOLLOW_ENDED;
        }
        if (f->is_flushed) {
            f->is_flushed = false;
            return FOLLOW_FLUSHED;
        }
        if (now >= f->end_ms) {
            return FOLLOW_STOP;
        }
        if (now >= due_ms) {
            return FOLLOW_DUE;
        }
        int64_t until = earliest(earliest(due_ms, f->end_ms), client_deadline(f->client));
        int64_t wait_ms = until > now ? earliest(until - now, 60000) : 0;
        /* Of standard output only its end is of interest: poll reports that unasked. */
        struct pollfd at[] = { { .fd = client_fd(f->client), .events = client_events(f->client) }, { .fd = stop_pipe[0], .events = POLLIN }, { .fd = STDOUT_FILENO } };
        if (poll(at, sizeof at / sizeof at[0], (int)wait_ms) > 0 && (at[1].revents != 0 || (at[2].revents & (POLLERR | POLLHUP)) != 0)) {
            return FOLLOW_STOP;
        }
    }
}

const struct store *follow_store(const struct follow *f)
{
    return joint_store(f->joint);
}

static const struct fact_pbx *next_pbx(const struct follow *f, const struct fact_pbx *after)
{
    return (const struct fact_pbx *)(const void *)store_child(follow_store(f), FACT_PBX, 0, (const struct fact *)(const void *)after);
}

/* Nothing more is to be waited for: each is live, or was told no. */
static bool is_settled(const struct follow *f)
{
    size_t known = 0;
    for (const struct fact_pbx *p = NULL; (p = next_pbx(f, p)) != NULL; known++) {
        if (p->link != LINK_LIVE && p->link != LINK_REFUSED) {
            return false;
        }
    }
    /* A transcript has PBXs of its own: as many as it has. */
    size_t wanted = f->cli->replay_path != NULL ? 0 : joint_pbx(f->joint) != NULL ? 1 : f->cli->settings.pbx_count;
    return client_is_live(f->client) && known > 0 && known >= wanted;
}

bool follow_is_over(const struct follow *f)
{
    int64_t now = clock_mono_ms();
    return f->cli->replay_path != NULL && f->was_told && client_floor_ms(f->client, now) == client_floor_ms(f->client, now + 60000);
}

enum follow_news follow_settle(struct follow *f, struct err *err)
{
    int64_t due_ms = clock_mono_ms() + f->cli->timeout_ms;
    for (;;) {
        enum follow_news news = follow_wait(f, due_ms, err);
        if (news != FOLLOW_FLUSHED || is_settled(f) || follow_is_over(f)) {
            return news;
        }
    }
}

int follow_verdict(const struct follow *f)
{
    size_t live = 0, refused = 0, others = 0;
    for (const struct fact_pbx *p = NULL; (p = next_pbx(f, p)) != NULL;) {
        live += p->link == LINK_LIVE;
        refused += p->link == LINK_REFUSED;
        others += p->link != LINK_LIVE && p->link != LINK_REFUSED;
        if (p->link != LINK_LIVE) {
            const char *state = p->link >= 0 && p->link < LINK_STATE_COUNT ? link_state_names[p->link] : "unknown";
            const char *why = p->reason != NULL ? p->reason : state;
            /* A PBX without a name of its own is called as its host, with which most reasons begin. */
            bool is_said = slice_starts(slice_of(why), slice_of(p->name));
            fprintf(stderr, "acdtop: %s%s%s\n", is_said ? "" : p->name, is_said ? "" : ": ", why);
        }
    }
    if (refused + others == 0 && live > 0) {
        return CLI_OK;
    }
    return live > 0 ? CLI_PARTLY : err_exit_code(refused > 0 && others == 0 ? ERR_LOGIN : ERR_NETWORK);
}

static const char *role_name(const void *context, int64_t penalty)
{
    return settings_role(context, penalty);
}

struct export_view follow_view(const struct follow *f)
{
    int64_t now = clock_mono_ms();
    return (struct export_view){
        .store = follow_store(f),
        .joint = f->joint,
        .floor_ms = client_floor_ms(f->client, now),
        .wall_ms = client_floor_wall_ms(f->client, now),
        .queue_name = f->cli->word_count > 0 ? (const char *const *)f->cli->word : NULL,
        .queue_count = f->cli->word_count,
        .role_name = role_name,
        .role_context = &f->cli->settings,
    };
}

bool follow_has_pbx(const struct follow *f, struct err *err)
{
    struct buf list = BUF_INIT(1024);
    const char *asked = joint_pbx(f->joint);
    bool ok = asked == NULL || store_count(follow_store(f), FACT_PBX) > 0;
    for (const struct fact *p = NULL; !ok && (p = store_child(joint_whole(f->joint), FACT_PBX, 0, p)) != NULL;) {
        (void)buf_addf(&list, "%s%.64s", list.len > 0 ? ", " : "", ((const struct fact_pbx *)(const void *)p)->name);
    }
    ok = ok || err_set(err, ERR_USAGE, "no PBX is called '%s': there is %s", asked, list.len > 0 ? buf_slice(&list).p : "none");
    buf_clear(&list);
    return ok;
}

static const char *queue_name_at(size_t i, const void *context)
{
    size_t at = 0;
    const struct fact *q;
    while ((q = store_each(context, FACT_QUEUE, &at)) != NULL && i > 0) {
        i--;
    }
    return q != NULL ? ((const struct fact_queue *)(const void *)q)->name : NULL;
}

static bool has_queue(const struct follow *f, struct slice wanted)
{
    bool found = false;
    size_t at = 0;
    for (const struct fact *q; !found && (q = store_each(follow_store(f), FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *queue = (const void *)q;
        const struct fact_pbx *pbx = (const void *)store_get(follow_store(f), FACT_PBX, queue->pbx);
        found = export_is_called(wanted, queue->name, pbx != NULL ? pbx->name : NULL);
    }
    return found;
}

bool follow_has_some_queue(const struct follow *f)
{
    bool found = f->cli->word_count == 0;
    for (size_t i = 0; i < f->cli->word_count && !found; i++) {
        found = has_queue(f, slice_of(f->cli->word[i]));
    }
    return found;
}

bool follow_has_queues(const struct follow *f, struct err *err)
{
    for (size_t i = 0; i < f->cli->word_count; i++) {
        struct slice wanted = slice_of(f->cli->word[i]);
        if (!has_queue(f, wanted)) {
            const char *near = near_name(wanted, queue_name_at, follow_store(f));
            return err_set(err, ERR_USAGE, "there is no queue '%.*s'%s%s%s", SLICE_FMT(wanted), near != NULL ? ": did you mean '" : "",
                           near != NULL ? near : "", near != NULL ? "'?" : "");
        }
    }
    return true;
}

/* So many bytes go into a pipe that poll(2) calls writable without waiting for its reader. */
#define PIECE_MAX 4096u

bool follow_print(struct slice text, struct err *err)
{
    while (text.n > 0) {
        struct pollfd at[] = { { .fd = STDOUT_FILENO, .events = POLLOUT }, { .fd = stop_pipe[0], .events = POLLIN } };
        if (poll(at, sizeof at / sizeof at[0], -1) < 0) {
            continue; /* a signal: the pipe tells of it */
        }
        if (at[1].revents != 0) {
            return false; /* whoever ends us does not wait for a slow reader */
        }
        ssize_t n = write(STDOUT_FILENO, text.p, text.n < PIECE_MAX ? text.n : PIECE_MAX);
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            if (errno != EPIPE) {
                err_errno(err, ERR_SYSTEM, "cannot write to standard output");
            }
            return false;
        }
        text.p += n > 0 ? n : 0;
        text.n -= n > 0 ? (size_t)n : 0;
    }
    return true;
}
