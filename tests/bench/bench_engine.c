/* SPDX-License-Identifier: MIT */
/* bench_engine: what an event costs on its way from bytes to the model. One measurement a run:
 *
 *   bench_engine kept|skipped|decoded EVENTS          one event of 470 bytes, over and over
 *   bench_engine day FILE EVENTS QUEUES AGENTS        writes a simulated day of that size: its QueueStatus, a NUL, its events
 *   bench_engine model FILE                           the day's events into the model
 *   bench_engine socket FILE                          the same from a TCP socket on loopback, and bare recv of the same bytes
 *
 * Prints "name events bytes seconds". All that is measured happens in bench_measured, so that callgrind can count
 * only there (--toggle-collect). Numbers, no verdicts. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/floor/floor.h"
#include "core/sim/sim.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, EVENT_BYTES = 470 };
#define START_MS INT64_C(1795303252000)

struct bench {
    struct buf list, stream;     /* QueueStatus; then what is measured */
    struct frame_reader *reader;
    struct floor *floor;         /* NULL: no model */
    struct frame frame;
    struct event event;
    struct err err;
    size_t events, told;
    int fd;                      /* -1: none yet */
    bool is_decoding, is_bare;
};

static void changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    (void)kind;
    (void)id;
    (void)fact;
    ((struct bench *)context)->told++;
}

/* ---- what is read ---- */

static void add_same(struct bench *b, const char *name, size_t events)
{
    struct buf one = BUF_INIT(4096);
    buf_addf(&one, "Event: %s\r\nPrivilege: call,all\r\nTimestamp: 1795303204.784933\r\nChannel: PJSIP/anonymous-00000006\r\n"
                   "ChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: +4930123456\r\nCallerIDName: Andrea Example\r\n"
                   "ConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: ", name);
    static const char rest[] = "\r\nContext: from-callers\r\nExten: support\r\nPriority: 2\r\nUniqueid: 1795303204.6\r\nLinkedid: 1795303204.6\r\n\r\n";
    while (one.len + sizeof(rest) - 1 < EVENT_BYTES)
        buf_add_char(&one, 'x');
    buf_addf(&one, "%s", rest);
    for (size_t i = 0; i < events; i++)
        buf_add(&b->stream, buf_slice(&one));
    buf_clear(&one);
}

static void ask(struct sim_peer *p, const char *text, struct buf *answer)
{
    sim_receive(p, slice_of(text));
    if (answer != NULL)
        buf_add(answer, buf_slice(sim_output(p)));
    buf_reset(sim_output(p));
}

static size_t count_events(const struct buf *b)
{
    size_t n = 0;
    for (const char *at = b->data; at != NULL && (at = strstr(at, "\r\n\r\n")) != NULL; at += 4)
        n++;
    return n;
}

static void add_day(struct bench *b, size_t events, uint32_t queues, uint32_t agents)
{
    struct sim_setup setup = { .seed = 1, .queues = queues, .agents = agents, .memberships = 3, .calls_per_hour = 10.0 * agents,
                               .start_wall_ms = START_MS };
    struct sim *s = sim_new(&setup);
    struct sim_peer *p = sim_attach(s);
    ask(p, "Action: Login\r\nUsername: demo\r\nSecret: demo\r\nEvents: agent,call,system\r\n\r\n", NULL);
    ask(p, "Action: QueueStatus\r\n\r\n", &b->list);
    for (int64_t now = START_MS; count_events(&b->stream) < events; now += 60000) {
        sim_run_until(s, now);
        buf_add(&b->stream, buf_slice(sim_output(p)));
        buf_reset(sim_output(p));
    }
    sim_detach(p);
    sim_free(s);
}

static int fail(const char *path)
{
    perror(path);
    return 74;
}

static int write_day(const struct bench *b, const char *path)
{
    FILE *f = fopen(path, "wb");
    bool ok = f != NULL && fwrite(b->list.data, 1, b->list.len + 1, f) == b->list.len + 1 &&
              fwrite(b->stream.data, 1, b->stream.len, f) == b->stream.len;
    return f != NULL && fclose(f) == 0 && ok ? 0 : fail(path);
}

static bool read_day(struct bench *b, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *room;
    size_t n = 1;
    if (f == NULL)
        return false;
    while (n > 0 && (room = buf_reserve(&b->stream, 1 << 20)) != NULL) {
        n = fread(room, 1, 1 << 20, f);
        b->stream.len += n;
    }
    (void)buf_add(&b->stream, SLICE("")); /* the NUL behind it */
    fclose(f);
    size_t list = strnlen(b->stream.data, b->stream.len);
    buf_add(&b->list, (struct slice){ b->stream.data, list });
    buf_drop(&b->stream, list + 1);
    return b->stream.len > 0;
}

/* ---- the way ---- */

static void work_off(struct bench *b, int64_t now_ms)
{
    while (frame_next(b->reader, &b->frame, &b->err) == FRAME_READY) {
        b->events++;
        if (b->is_decoding && event_decode(&b->frame, &b->event, &b->err) && b->floor != NULL)
            floor_apply(b->floor, &b->event, now_ms);
    }
}

void bench_measured(struct bench *b);

__attribute__((noinline)) void bench_measured(struct bench *b)
{
    static char bare[PIECE];
    int64_t now_ms = 1000;
    size_t room = sizeof(bare);
    for (ssize_t n = 1; n > 0;) {
        char *to = b->is_bare ? bare : frame_room(b->reader, PIECE, &room);
        n = read(b->fd, to, room < PIECE ? room : PIECE);
        if (n <= 0 || b->is_bare)
            continue;
        frame_fed(b->reader, (size_t)n);
        work_off(b, now_ms++);
    }
}

static void begin(struct bench *b, bool is_model)
{
    struct floor_setup setup = { .changed = changed, .context = b };
    b->events = 0;
    b->reader = frame_reader_new(NULL, event_is_wanted);
    frame_feed(b->reader, SLICE("Asterisk Call Manager/11.0.0\r\n"));
    (void)frame_next(b->reader, &b->frame, &b->err);
    if (!is_model)
        return;
    b->floor = floor_new(&setup, 0, START_MS);
    floor_link_up(b->floor, 0);
    floor_snapshot_begin(b->floor, (struct slice){ NULL, 0 }, 0);
    frame_feed(b->reader, buf_slice(&b->list));
    while (frame_next(b->reader, &b->frame, &b->err) == FRAME_READY) {
        if (event_decode(&b->frame, &b->event, &b->err) && event_table[b->event.kind].is_list_item &&
            b->event.kind != EVENT_QUEUE_STATUS_COMPLETE)
            floor_snapshot_item(b->floor, &b->event, 0);
    }
    floor_snapshot_end(b->floor, 0);
    floor_barrier(b->floor, 0);
}

static void end(struct bench *b)
{
    frame_reader_free(b->reader);
    floor_free(b->floor);
    b->reader = NULL;
    b->floor = NULL;
}

static void report(const char *name, size_t events, size_t bytes, int64_t us)
{
    printf("%s %zu %zu %.6f\n", name, events, bytes, (double)us / 1e6);
}

/* The bytes come from the kernel, as they do from a socket: a copy of ours would be counted with the work. */
static void open_stream(struct bench *b)
{
    b->fd = memfd_create("stream", MFD_CLOEXEC);
    for (size_t at = 0; at < b->stream.len;) {
        ssize_t n = write(b->fd, b->stream.data + at, b->stream.len - at);
        if (n <= 0)
            exit(fail("memfd"));
        at += (size_t)n;
    }
    (void)lseek(b->fd, 0, SEEK_SET);
}

static void run(struct bench *b, const char *name, bool is_model)
{
    bool is_memory = b->fd < 0;
    if (is_memory)
        open_stream(b);
    begin(b, is_model);
    size_t events = count_events(&b->stream);
    int64_t from = clock_mono_us();
    bench_measured(b);
    report(name, events, b->stream.len, clock_mono_us() - from);
    end(b);
    if (is_memory) {
        close(b->fd);
        b->fd = -1;
    }
}

/* ---- from a socket ---- */

static int listen_on_loopback(struct sockaddr_in *address)
{
    socklen_t size = sizeof(*address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd < 0 || bind(fd, (struct sockaddr *)(void *)address, sizeof(*address)) != 0 || listen(fd, 1) != 0 ||
        getsockname(fd, (struct sockaddr *)(void *)address, &size) != 0) {
        perror("bench_engine: loopback");
        exit(71);
    }
    return fd;
}

static pid_t send_all(const struct bench *b, struct sockaddr_in *address)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)(void *)address, sizeof(*address)) != 0)
        _exit(1);
    for (size_t at = 0; at < b->stream.len;) {
        ssize_t n = send(fd, b->stream.data + at, b->stream.len - at < 1 << 20 ? b->stream.len - at : 1 << 20, MSG_NOSIGNAL);
        if (n <= 0)
            _exit(1);
        at += (size_t)n;
    }
    _exit(0);
}

static void run_socket(struct bench *b, const char *name, bool is_model)
{
    struct sockaddr_in address;
    int listener = listen_on_loopback(&address);
    pid_t child = send_all(b, &address);
    b->fd = accept(listener, NULL, NULL);
    b->is_bare = !is_model;
    run(b, name, is_model);
    close(b->fd);
    close(listener);
    waitpid(child, NULL, 0);
    b->fd = -1;
}

static int number(const char *text)
{
    return (int)strtoul(text, NULL, 10);
}

static int from_day(struct bench *b, const char *mode, const char *path)
{
    if (!read_day(b, path))
        return fail(path);
    if (strcmp(mode, "model") == 0) {
        run(b, mode, true);
        return 0;
    }
    for (int round = 0; round < 3; round++) {
        run_socket(b, "bare", false);
        run_socket(b, "model", true);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct bench b = { .list = BUF_INIT(1 << 30), .stream = BUF_INIT(2000000000), .fd = -1, .err = ERR_INIT };
    const char *mode = argc > 2 ? argv[1] : "";
    int rc = 0;
    b.is_decoding = strcmp(mode, "kept") != 0;
    if (strcmp(mode, "kept") == 0 || strcmp(mode, "decoded") == 0 || strcmp(mode, "skipped") == 0) {
        add_same(&b, strcmp(mode, "skipped") == 0 ? "RTCPSent" : "Newstate", (size_t)number(argv[2]));
        run(&b, mode, false);
    } else if (strcmp(mode, "day") == 0 && argc == 6) {
        add_day(&b, (size_t)number(argv[3]), (uint32_t)number(argv[4]), (uint32_t)number(argv[5]));
        rc = write_day(&b, argv[2]);
    } else if (strcmp(mode, "model") == 0 || strcmp(mode, "socket") == 0) {
        rc = from_day(&b, mode, argv[2]);
    } else {
        fprintf(stderr, "usage: bench_engine kept|skipped|decoded EVENTS | day FILE EVENTS QUEUES AGENTS | model|socket FILE\n");
        rc = 64;
    }
    buf_clear(&b.list);
    buf_clear(&b.stream);
    return rc;
}
