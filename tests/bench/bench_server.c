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

enum { CLIENTS_MAX = 8, READ_BYTES = 64 * 1024, LINE_MAX_BYTES = 256 };

struct client {
    int fd;
    struct sim_peer *peer;
    size_t looked_at; /* of its output: searched for the end of a channel list */
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
    struct sim_channel *plain; /* two a call */
    size_t plain_count;
    char line[LINE_MAX_BYTES];
    size_t line_len;
};

/* ---- plain calls ---- */

static struct sim_channel plain_channel(struct server *v, size_t call, bool is_phone, const struct sim_channel *other)
{
    struct sim *s = v->sim;
    struct sim_channel ch = { .state = SIM_UP, .context = is_phone ? "from-internal" : "from-trunk", .exten = "s", .priority = 1, .created_ms = s->now_ms };
    char device[64], number[32], person[256];
    snprintf(device, sizeof(device), is_phone ? "PJSIP/%zu" : "PJSIP/trunk-%zu", is_phone ? 400000 + call : call % 4);
    sim_name_channel(s, &ch, device);
    sim_number(&s->random, number, sizeof(number));
    sim_person(&s->random, person, sizeof(person), !is_phone);
    ch.number = mem_strdup(number);
    ch.person = mem_strdup(person);
    snprintf(ch.bridge, sizeof(ch.bridge), "2d1f0c5e-8a47-4b1d-9c3e-%012x", (unsigned)call);
    if (other != NULL)
        memcpy(ch.linkedid, other->uniqueid, sizeof(ch.linkedid));
    return ch;
}

static void say_plain(struct sim *s, struct sim_channel *ch, int in_bridge)
{
    say_channel_event(s, "Newstate", ch);
    say_bridge(s, "BridgeEnter", ch->bridge, in_bridge, ch);
}

static void add_plain_calls(struct server *v, size_t calls)
{
    v->plain = mem_resize(v->plain, v->plain_count + 2 * calls, sizeof(*v->plain));
    for (size_t i = 0; i < calls; i++) {
        size_t call = v->plain_count / 2;
        struct sim_channel *two = &v->plain[v->plain_count];
        two[0] = plain_channel(v, call, false, NULL);
        two[1] = plain_channel(v, call, true, &two[0]);
        v->plain_count += 2;
        for (int k = 0; k < 2; k++) {
            two[k].state = k == 0 ? SIM_RING : SIM_DOWN;
            say_channel_event(v->sim, "Newchannel", &two[k]);
            two[k].state = SIM_UP;
        }
        say_bridge(v->sim, "BridgeCreate", two[0].bridge, 0, NULL);
        say_plain(v->sim, &two[1], 1);
        say_plain(v->sim, &two[0], 2);
    }
}

/* The world lists its own calls: the plain ones go in before the end of the list. */
static void list_plain_calls(const struct server *v, struct client *c)
{
    static const char title[] = "Event: CoreShowChannelsComplete\r\n", items[] = "ListItems: ";
    struct buf *out = sim_output(c->peer);
    char *end = out->len > c->looked_at && v->plain_count > 0 ? memmem(out->data + c->looked_at, out->len - c->looked_at, title, sizeof(title) - 1) : NULL;
    c->looked_at = out->len;
    if (end == NULL)
        return;
    struct buf tail = BUF_INIT(1 << 26);
    buf_add(&tail, slice_of(end));
    out->len = (size_t)(end - out->data);
    struct slice rest, id = { memmem(tail.data, tail.len, "ActionID: ", 10), 0 };
    id = id.p != NULL ? slice_cut((struct slice){ id.p + 10, tail.len - (size_t)(id.p + 10 - tail.data) }, '\r', &rest) : SLICE("");
    for (size_t i = 0; i < v->plain_count; i++) {
        const struct sim_channel *ch = &v->plain[i];
        int64_t age_s = (v->sim->now_ms - ch->created_ms) / 1000;
        buf_addf(out, "Event: CoreShowChannel\r\nActionID: %.*s\r\n", SLICE_FMT(id));
        sim_add_channel(out, "", ch);
        buf_addf(out, "Application: %s\r\nApplicationData: %s\r\nDuration: %02d:%02d:%02d\r\nBridgeId: %s\r\n\r\n", i % 2 == 0 ? "Dial" : "AppDial",
                 i % 2 == 0 ? "PJSIP/phone,30,t" : "(Outgoing Line)", (int)(age_s / 3600), (int)(age_s / 60 % 60), (int)(age_s % 60), ch->bridge);
    }
    char *count = memmem(tail.data, tail.len, items, sizeof(items) - 1);
    size_t had = strtoul(count + sizeof(items) - 1, NULL, 10);
    buf_add(out, (struct slice){ tail.data, (size_t)(count - tail.data) });
    buf_addf(out, "ListItems: %zu%s", had + v->plain_count, strstr(count, "\r\n"));
    buf_clear(&tail);
    c->looked_at = out->len;
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

static bool read_client(struct client *c)
{
    static char piece[READ_BYTES];
    ssize_t n = recv(c->fd, piece, sizeof(piece), 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
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
    c->looked_at -= c->looked_at < sent ? c->looked_at : sent;
    buf_drop(out, sent);
}

static bool write_client(const struct server *v, struct client *c)
{
    struct buf *out = sim_output(c->peer);
    list_plain_calls(v, c);
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

static void obey(struct server *v, const char *line)
{
    double number = strtod(line + strcspn(line, " "), NULL);
    if (strncmp(line, "mark ", 5) == 0) {
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
        bool is_alive = (p[2 + i].revents & ~POLLOUT) == 0 || read_client(&v->client[i]);
        if (!is_alive || !write_client(v, &v->client[i]))
            drop_client(v, i);
    }
    if (p[1].revents != 0)
        accept_client(v);
    return p[0].revents == 0 || hear(v);
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
