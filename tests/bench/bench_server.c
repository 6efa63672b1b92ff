/* SPDX-License-Identifier: MIT */
/* bench_server: a simulated PBX of any size on a loopback port, until standard input ends. Beside the world's own calls it can
 * have plain ones between a trunk and a telephone, in no queue: they stand in the list of channels, and later ones come as events.
 *
 *   bench_server QUEUES AGENTS MEMBERSHIPS CALLS_PER_HOUR   prints the port
 *
 * Commands on standard input, each answered with a line:
 *   calls N         N plain calls more, two channels each; who is connected is told by events
 *   freeze          nothing happens any more, but the time goes on and requests are answered
 *   storm RATE      the world goes on so fast that RATE events come a second; 0: at its own pace again
 *   mark TEXT       the agent that sorts first is paused with this reason: "marked US", the instant before the event's bytes are sent
 *   asked           "asked US": when the first request came that pauses or unpauses anybody since this was asked last; 0: none in 5 s
 *   hush            nothing more is sent: "sent STORM_EVENTS BYTES ...": BYTES of each connection since it began */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/sim/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ASKED_GUARD_US = 5000000, CLIENTS_MAX = 8, READ_BYTES = 64 * 1024, LINE_MAX_BYTES = 256 };

struct client {
    int fd;
    struct sim_peer *peer;
    size_t marked;    /* the mark's event ends here in its output; 0: none */
    int64_t marked_us;
    int64_t bytes;
};

struct server {
    struct sim *sim;
    struct sim_member *probe;
    int listener;
    struct client client[CLIENTS_MAX];
    size_t count;
    int64_t mono_zero_us, world_zero_ms;
    double storm;         /* events a second; 0: none */
    int64_t storm_events; /* since the zero */
    bool is_frozen, is_hushed;
    int64_t asked_us, asked_until_us; /* 0: no such request came; nobody waits for one */
    size_t plain_count; /* calls, of two channels each, that are the world's own */
    char line[LINE_MAX_BYTES];
    size_t line_len;
};

/* ---- plain calls ---- */

static struct sim_channel *plain_channel(struct server *v, bool is_phone, const struct sim_channel *other)
{
    struct sim *s = v->sim;
    char device[64], number[32], person[256];
    snprintf(device, sizeof(device), is_phone ? "PJSIP/%zu" : "PJSIP/trunk-%zu", is_phone ? 400000 + v->plain_count : v->plain_count % 4);
    struct sim_channel *ch = sim_new_channel(s, NULL, device);
    sim_number(&s->random, number, sizeof(number));
    sim_person(&s->random, person, sizeof(person), !is_phone);
    sim_set_caller(ch, number, person);
    sim_go(ch, is_phone ? "from-internal" : "from-trunk", "s", 1);
    if (other != NULL)
        memcpy(ch->linkedid, other->uniqueid, sizeof(ch->linkedid));
    ch->state = is_phone ? SIM_DOWN : SIM_RING;
    say_channel_event(s, "Newchannel", ch);
    ch->state = SIM_UP;
    say_channel_event(s, "Newstate", ch);
    return ch;
}

static void add_plain_calls(struct server *v, size_t calls)
{
    for (size_t i = 0; i < calls; i++, v->plain_count++) {
        struct sim_channel *trunk = plain_channel(v, false, NULL), *phone = plain_channel(v, true, trunk);
        sim_bridge_two(phone, trunk);
    }
}

/* ---- time ---- */

static void rebase(struct server *v)
{
    v->mono_zero_us = clock_mono_us();
    v->world_zero_ms = v->sim->now_ms;
    v->storm_events = 0;
}

static int64_t count_messages(struct slice s)
{
    int64_t n = 0;
    const char *at = s.p, *end = s.p + s.n;
    for (; (at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4)) != NULL; at += 4)
        n++;
    return n;
}

static void go_on(struct server *v)
{
    int64_t past_us = clock_mono_us() - v->mono_zero_us;
    if (v->is_frozen) { /* its clock goes, but nothing happens */
        v->sim->now_ms = v->world_zero_ms + past_us / 1000;
        v->sim->stamp_us = 0;
        return;
    }
    if (v->storm <= 0) {
        sim_run_until(v->sim, v->world_zero_ms + past_us / 1000);
        return;
    }
    const struct buf *out = v->count > 0 ? sim_output(v->client[0].peer) : NULL;
    while (out != NULL && (double)v->storm_events < v->storm * (double)past_us / 1e6) {
        size_t before = out->len;
        sim_run_until(v->sim, sim_deadline(v->sim));
        v->storm_events += count_messages((struct slice){ out->data + before, out->len - before });
    }
}

/* ---- connections ---- */

static void drop_client(struct server *v, size_t i)
{
    sim_detach(v->client[i].peer);
    close(v->client[i].fd);
    v->client[i] = v->client[--v->count];
}

static void accept_client(struct server *v)
{
    int fd = accept4(v->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;
    if (fd < 0 || v->count == CLIENTS_MAX)
        return;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    v->client[v->count++] = (struct client){ .fd = fd, .peer = sim_attach(v->sim) };
}

static bool read_client(struct server *v, struct client *c)
{
    static char piece[READ_BYTES];
    ssize_t n = recv(c->fd, piece, sizeof(piece), 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n > 0 && v->asked_us == 0 && memmem(piece, (size_t)n, "Action: QueuePause\r\n", 20) != NULL)
        v->asked_us = clock_mono_us();
    if (n > 0)
        sim_receive(c->peer, (struct slice){ piece, (size_t)n });
    return n > 0;
}

static void count_sent(struct client *c, size_t sent, int64_t began_us)
{
    struct buf *out = sim_output(c->peer);
    c->bytes += (int64_t)sent;
    if (c->marked > 0 && c->marked <= sent) {
        c->marked_us = began_us;
        c->marked = 0;
    }
    c->marked -= c->marked > 0 ? sent : 0;
    buf_drop(out, sent);
}

static bool write_client(const struct server *v, struct client *c)
{
    struct buf *out = sim_output(c->peer);
    while (out->len > 0 && !v->is_hushed) {
        int64_t began_us = clock_mono_us();
        ssize_t n = send(c->fd, out->data, out->len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        count_sent(c, (size_t)n, began_us);
    }
    return out->len > 0 || !sim_is_closed(c->peer);
}

/* ---- commands ---- */

static void hush(struct server *v)
{
    bool is_left = true;
    v->is_frozen = true;
    v->storm = 0;
    for (int i = 0; is_left && i < 10000; i++) { /* what is under way still goes */
        is_left = false;
        for (size_t k = 0; k < v->count; k++) {
            (void)write_client(v, &v->client[k]);
            is_left = is_left || sim_output(v->client[k].peer)->len > 0;
        }
        (void)poll(NULL, 0, is_left ? 1 : 0);
    }
    v->is_hushed = true;
    printf("sent %lld", (long long)v->storm_events);
    for (size_t k = 0; k < v->count; k++)
        printf(" %lld", (long long)v->client[k].bytes);
    puts("");
}

static void mark(struct server *v, const char *text)
{
    int64_t end_us = clock_mono_us() + 5000000;
    sim_pause(v->probe, true, text);
    for (size_t k = 0; k < v->count; k++)
        v->client[k].marked = sim_output(v->client[k].peer)->len;
    while (v->count > 0 && v->client[0].marked > 0 && clock_mono_us() < end_us) {
        for (size_t k = 0; k < v->count; k++)
            (void)write_client(v, &v->client[k]);
    }
    printf("marked %lld\n", v->count > 0 ? (long long)v->client[0].marked_us : 0LL);
}

static void tell_asked(struct server *v)
{
    if (v->asked_until_us == 0 || (v->asked_us == 0 && clock_mono_us() < v->asked_until_us))
        return;
    printf("asked %lld\n", (long long)v->asked_us);
    fflush(stdout);
    v->asked_us = v->asked_until_us = 0;
}

static void obey(struct server *v, const char *line)
{
    double number = strtod(line + strcspn(line, " "), NULL);
    if (strcmp(line, "asked") == 0)
        v->asked_until_us = clock_mono_us() + ASKED_GUARD_US;
    else if (strncmp(line, "mark ", 5) == 0) {
        mark(v, line + 5);
    } else if (strcmp(line, "hush") == 0) {
        hush(v);
    } else {
        if (strncmp(line, "calls ", 6) == 0)
            add_plain_calls(v, (size_t)number);
        if (strcmp(line, "freeze") == 0) {
            v->is_frozen = true;
            rebase(v);
        }
        if (strncmp(line, "storm ", 6) == 0) {
            v->storm = number;
            rebase(v);
        }
        printf("done\n");
    }
    fflush(stdout);
}

/* False: standard input has ended. */
static bool hear(struct server *v)
{
    ssize_t n = read(STDIN_FILENO, v->line + v->line_len, sizeof(v->line) - 1 - v->line_len);
    if (n <= 0)
        return false;
    v->line_len += (size_t)n;
    v->line[v->line_len] = '\0';
    for (char *end; (end = strchr(v->line, '\n')) != NULL;) {
        *end = '\0';
        obey(v, v->line);
        v->line_len -= (size_t)(end + 1 - v->line);
        memmove(v->line, end + 1, v->line_len + 1);
    }
    return v->line_len < sizeof(v->line) - 1;
}

static int wait_ms(const struct server *v)
{
    if (v->storm > 0 && !v->is_frozen)
        return 1;
    int64_t ms = sim_deadline(v->sim) - v->world_zero_ms - (clock_mono_us() - v->mono_zero_us) / 1000;
    return v->is_frozen || ms > 1000 ? 1000 : ms < 1 ? 1 : (int)ms;
}

static bool turn(struct server *v)
{
    struct pollfd p[2 + CLIENTS_MAX] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = v->listener, .events = POLLIN } };
    size_t polled = v->count;
    for (size_t i = 0; i < polled; i++)
        p[2 + i] = (struct pollfd){ .fd = v->client[i].fd, .events = (short)(POLLIN | (!v->is_hushed && sim_output(v->client[i].peer)->len > 0 ? POLLOUT : 0)) };
    (void)poll(p, 2 + polled, wait_ms(v));
    go_on(v);
    for (size_t i = polled; i-- > 0;) {
        bool is_alive = (p[2 + i].revents & ~POLLOUT) == 0 || read_client(v, &v->client[i]);
        if (!is_alive || !write_client(v, &v->client[i]))
            drop_client(v, i);
    }
    if (p[1].revents != 0)
        accept_client(v);
    bool is_told_on = p[0].revents == 0 || hear(v);
    tell_asked(v);
    return is_told_on;
}

static bool open_port(struct server *v)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(at);
    v->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (v->listener < 0 || bind(v->listener, (struct sockaddr *)(void *)&at, sizeof(at)) != 0 || listen(v->listener, CLIENTS_MAX) != 0 ||
        getsockname(v->listener, (struct sockaddr *)(void *)&at, &size) != 0) {
        perror("bench_server: loopback");
        return false;
    }
    printf("%u\n", (unsigned)ntohs(at.sin_port));
    fflush(stdout);
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: bench_server QUEUES AGENTS MEMBERSHIPS CALLS_PER_HOUR\n");
        return 64;
    }
    struct sim_setup setup = { .seed = 1, .queues = (uint32_t)strtoul(argv[1], NULL, 10), .agents = (uint32_t)strtoul(argv[2], NULL, 10),
                               .memberships = (uint32_t)strtoul(argv[3], NULL, 10), .calls_per_hour = strtod(argv[4], NULL),
                               .start_wall_ms = clock_wall_ms() };
    struct server v = { .sim = sim_new(&setup) };
    struct sim_agent *first = sim_add_agent(v.sim, "PJSIP/probe", "1", "00 probe");
    v.probe = sim_join_staff(v.sim->queue[0], first, "00 probe", true, 9);
    sim_pause(v.probe, true, "probe");
    rebase(&v);
    if (!open_port(&v))
        return 71;
    while (turn(&v))
        ;
    return 0;
}
