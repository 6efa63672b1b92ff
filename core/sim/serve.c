/* SPDX-License-Identifier: MIT */
/* serve: the simulator as a process of its own behind a UNIX socket in a folder that only its user can enter. World time is the
 * monotonic clock times speed, from the world's own beginning. It ends, and takes folder and socket along, when its parent goes
 * (by signal or by end of file, whichever comes first). */
#include "core/sim/sim.h"

#include "core/base/clock.h"
#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS_MAX = 32, READ_BYTES = 64 * 1024, WAIT_MAX_MS = 1000 };

struct client {
    int fd;
    struct sim_peer *peer;
};

struct server {
    struct sim *sim;
    int listener, parent; /* parent: readable when it has gone */
    int64_t mono_zero_ms, world_zero_ms;
    double speed;
    struct client client[CLIENTS_MAX];
    size_t count;
};

/* Where we are: named without an allocation, so that running out of memory can still take it along. */
static char socket_folder[64], socket_path[108];

static volatile sig_atomic_t is_ended;

static void on_signal(int number)
{
    (void)number;
    is_ended = 1;
}

static int64_t world_now(const struct server *v)
{
    return v->world_zero_ms + (int64_t)((double)(clock_mono_ms() - v->mono_zero_ms) * v->speed);
}

static void drop_client(struct server *v, size_t i)
{
    sim_detach(v->client[i].peer);
    close(v->client[i].fd);
    v->client[i] = v->client[--v->count];
}

static void accept_client(struct server *v)
{
    int fd = accept4(v->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (v->count == CLIENTS_MAX) {
        close(fd);
        return;
    }
    v->client[v->count++] = (struct client){ fd, sim_attach(v->sim) };
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

static bool write_client(struct client *c)
{
    struct buf *out = sim_output(c->peer);
    size_t sent = 0;
    while (sent < out->len) {
        ssize_t n = send(c->fd, out->data + sent, out->len - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            return false;
        if (n <= 0)
            break;
        sent += (size_t)n;
    }
    buf_drop(out, sent);
    return out->len > 0 || !sim_is_closed(c->peer);
}

static int wait_ms(const struct server *v)
{
    int64_t due = sim_deadline(v->sim);
    if (due == INT64_MAX)
        return WAIT_MAX_MS;
    double ms = (double)(due - world_now(v)) / v->speed;
    return ms < 1 ? 1 : ms > WAIT_MAX_MS ? WAIT_MAX_MS : (int)ms;
}

/* One turn: wait, let the world go on, talk. False: the parent has gone. */
static bool turn(struct server *v, const sigset_t *while_waiting)
{
    struct pollfd p[2 + CLIENTS_MAX] = { { .fd = v->parent, .events = POLLIN }, { .fd = v->listener, .events = POLLIN } };
    for (size_t i = 0; i < v->count; i++) {
        p[2 + i].fd = v->client[i].fd;
        p[2 + i].events = (short)(POLLIN | (sim_output(v->client[i].peer)->len > 0 ? POLLOUT : 0));
    }
    int ms = wait_ms(v);
    struct timespec limit = { ms / 1000, ms % 1000 * 1000000L };
    size_t polled = v->count;
    if (ppoll(p, 2 + polled, &limit, while_waiting) < 0)
        return errno == EINTR && !is_ended;
    sim_run_until(v->sim, world_now(v));
    for (size_t i = polled; i-- > 0;) {
        bool is_alive = p[2 + i].revents == 0 || (p[2 + i].revents & ~POLLOUT) == 0 || read_client(&v->client[i]);
        if (!is_alive || !write_client(&v->client[i]))
            drop_client(v, i);
    }
    if (p[1].revents != 0)
        accept_client(v);
    return p[0].revents == 0;
}

static void clean_up(void)
{
    unlink(socket_path);
    rmdir(socket_folder);
}

/* The child. */
static void serve(struct server *v, const struct sim_setup *setup, int parent_pid)
{
    sigset_t blocked, while_waiting;
    struct sigaction act = { .sa_handler = on_signal };
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGHUP);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    sigemptyset(&while_waiting);
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGHUP, &act, NULL);
    mem_on_exhausted(clean_up);
    setsid(); /* keys pressed in the console's terminal are not for the PBX */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
    v->sim = sim_new(setup);
    v->world_zero_ms = setup->start_wall_ms;
    v->mono_zero_ms = clock_mono_ms();
    while (getppid() == parent_pid && turn(v, &while_waiting))
        ;
    while (v->count > 0)
        drop_client(v, 0);
    sim_free(v->sim);
    clean_up();
}

static bool make_socket(struct server *v, struct err *err)
{
    snprintf(socket_folder, sizeof(socket_folder), "/tmp/acdtop-demo-XXXXXX");
    if (mkdtemp(socket_folder) == NULL)
        return err_errno(err, ERR_SYSTEM, "starting the simulated PBX: cannot make a folder in /tmp");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/ami", socket_folder);
    snprintf(socket_path, sizeof(socket_path), "%s", address.sun_path);
    v->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (v->listener >= 0 && bind(v->listener, (struct sockaddr *)(void *)&address, sizeof(address)) == 0 && listen(v->listener, 8) == 0)
        return true;
    err_errno(err, ERR_SYSTEM, "starting the simulated PBX: cannot listen at %s", socket_path);
    if (v->listener >= 0)
        close(v->listener);
    clean_up();
    return false;
}

bool sim_serve(const struct sim_setup *setup, double speed, char **path, int *pid, struct err *err)
{
    struct server v = { .speed = speed > 0 ? speed : 1.0, .listener = -1 };
    int ends[2];
    char *answer = mem_array(1, sizeof(socket_path)); /* before there is anything to be left behind */
    if (!make_socket(&v, err)) {
        mem_free(answer);
        return false;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        err_errno(err, ERR_SYSTEM, "starting the simulated PBX");
        close(v.listener);
        clean_up();
        mem_free(answer);
        return false;
    }
    int parent_pid = getpid();
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        v.parent = ends[0];
        serve(&v, setup, parent_pid);
        _exit(0);
    }
    close(ends[0]);
    close(v.listener);
    if (child < 0) {
        err_errno(err, ERR_SYSTEM, "starting the simulated PBX");
        close(ends[1]);
        clean_up();
        mem_free(answer);
        return false;
    }
    memcpy(answer, socket_path, sizeof(socket_path));
    *path = answer; /* the write end of the pipe stays open as long as we live */
    *pid = child;
    return true;
}
