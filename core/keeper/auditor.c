/* SPDX-License-Identifier: MIT */
/* auditor: a socket whose packets are records, and a queue for those that it does not take at once, which has a maximum. Decides nothing about
 * orders. */
#include "core/keeper/auditor.h"

#include "core/base/mem.h"
#include "core/keeper/scribe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAITING_MAX = 1000 };

struct auditor {
    int fd; /* -1: it has ended */
    int pid;
    uint64_t last;
    char *waiting[WAITING_MAX];
    size_t waiting_count;
    bool is_end_told;
};

static void write_all(int socket, void *context)
{
    pen_run(socket, context);
}

bool auditor_new(const struct pen_setup *setup, struct auditor **out, struct err *err)
{
    int ends[2], pid;
    struct pen_setup copy = *setup; /* the process has one of its own */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(err, ERR_SYSTEM, "starting the process that writes the audit log: no socket");
    bool ok = scribe_run(ends[1], write_all, &copy, &pid, err);
    (void)close(ends[1]);
    if (!ok) {
        (void)close(ends[0]);
        return false;
    }
    *out = mem_alloc(sizeof **out);
    (*out)->fd = ends[0];
    (*out)->pid = pid;
    return true;
}

static void hang_up(struct auditor *a)
{
    if (a->fd >= 0)
        (void)close(a->fd);
    a->fd = -1;
}

/* What the socket takes. */
static void send_waiting(struct auditor *a)
{
    size_t done = 0;
    while (a->fd >= 0 && done < a->waiting_count) {
        const char *record = a->waiting[done];
        ssize_t n = send(a->fd, record, strlen(record), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS))
            break;
        if (n < 0)
            hang_up(a);
        else
            mem_free(a->waiting[done++]);
    }
    a->waiting_count -= done;
    memmove(a->waiting, a->waiting + done, a->waiting_count * sizeof *a->waiting);
}

void auditor_free(struct auditor *a, int most_ms)
{
    if (a == NULL)
        return;
    for (send_waiting(a); a->fd >= 0 && a->waiting_count > 0; send_waiting(a)) {
        struct pollfd at = { .fd = a->fd, .events = POLLOUT };
        if (poll(&at, 1, most_ms) <= 0)
            break;
    }
    hang_up(a);
    scribe_finish(a->pid, most_ms);
    for (size_t i = 0; i < a->waiting_count; i++)
        mem_free(a->waiting[i]);
    mem_free(a);
}

int auditor_fd(const struct auditor *a)
{
    return a->fd;
}

short auditor_events(const struct auditor *a)
{
    return a->waiting_count > 0 ? POLLIN | POLLOUT : POLLIN;
}

uint64_t auditor_write(struct auditor *a, struct slice record, struct err *err)
{
    send_waiting(a);
    if (a->fd < 0) {
        err_set(err, ERR_SYSTEM, "the process that writes the audit log has ended");
        return 0;
    }
    if (a->waiting_count == WAITING_MAX) {
        err_set(err, ERR_SYSTEM, "the disk has not taken the %d records before it", WAITING_MAX);
        return 0;
    }
    a->waiting[a->waiting_count++] = mem_text(record);
    send_waiting(a);
    return ++a->last;
}

bool auditor_next(struct auditor *a, struct pen_answer *out)
{
    ssize_t n = 0;
    send_waiting(a);
    while (a->fd >= 0 && (n = recv(a->fd, out, sizeof *out, MSG_DONTWAIT)) < 0 && errno == EINTR)
        continue;
    if (a->fd >= 0 && n == (ssize_t)sizeof *out)
        return true;
    if (a->fd >= 0 && n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return false;
    hang_up(a);
    if (a->is_end_told)
        return false;
    a->is_end_told = true;
    memset(out, 0, sizeof *out);
    out->upto = a->last;
    out->fault = EPIPE;
    return true;
}
