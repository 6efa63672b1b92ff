/* SPDX-License-Identifier: MIT */
/* filer: packets of a socket, each with the names of a file and the descriptors that are to be synced and held (SCM_RIGHTS), become work that is
 * done in a process of its own, one after the other, and answered by number. Knows nothing of what stands in a lease. */
#include "core/keeper/filer.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/keeper/scribe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PACKET_MAX = 20 * 1024, FDS_MAX = 2 };

struct filer {
    struct journal *journal;
    int fd; /* -1: it has ended */
    int pid;
};

struct head { /* of a packet; behind it the two names, each with its NUL */
    uint64_t id;
    int32_t is_drop, has_fd, has_old_fd;
};

struct done {
    uint64_t id;
    int64_t fault;
};

/* --- the process --------------------------------------------------------------------------------------------------- */

struct packet {
    union {
        struct head head;
        char bytes[PACKET_MAX];
    } text;
    int fd[FDS_MAX];
};

/* False: there will be none any more. */
static bool receive(int socket, struct packet *p)
{
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
    } control;
    struct iovec into = { p->text.bytes, sizeof p->text.bytes - 1 };
    struct msghdr m = { .msg_iov = &into, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t n;
    p->fd[0] = p->fd[1] = -1;
    memset(&p->text, 0, sizeof p->text);
    while ((n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC)) < 0 && (errno == EINTR || errno == ECONNRESET))
        continue;
    const struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
    if (c != NULL && c->cmsg_type == SCM_RIGHTS)
        memcpy(p->fd, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0) < sizeof p->fd ? c->cmsg_len - CMSG_LEN(0) : sizeof p->fd);
    return n > 0;
}

static void do_all(int socket, void *context)
{
    static struct packet p;
    (void)context;
    while (receive(socket, &p)) {
        const struct head *h = &p.text.head;
        const char *fresh = p.text.bytes + sizeof *h, *path = fresh + strlen(fresh) + 1;
        int old = h->has_old_fd ? p.fd[h->has_fd ? 1 : 0] : -1;
        struct journal_work w = { .id = h->id, .is_drop = h->is_drop != 0, .fd = h->has_fd ? p.fd[0] : -1, .old_fd = old, .fresh = fresh, .path = path };
        struct done d = { .id = w.id, .fault = journal_work_do(&w) };
        for (int i = 0; i < FDS_MAX; i++) {
            if (p.fd[i] >= 0)
                (void)close(p.fd[i]);
        }
        (void)send(socket, &d, sizeof d, MSG_NOSIGNAL);
    }
}

/* --- the keeper's end ------------------------------------------------------------------------------------------------ */

static void hang_up(struct filer *f)
{
    if (f->fd >= 0)
        (void)close(f->fd);
    f->fd = -1;
}

static bool send_packet(const struct filer *f, struct slice text, const int *fd, size_t count)
{
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
    } control = { .room = { 0 } };
    struct iovec from = { (void *)(uintptr_t)text.p, text.n };
    struct msghdr m = { .msg_iov = &from, .msg_iovlen = 1 };
    ssize_t n;
    if (count > 0) {
        m.msg_control = &control;
        m.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(c), fd, count * sizeof(int));
    }
    while ((n = sendmsg(f->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return n == (ssize_t)text.n;
}

static bool give(void *context, const struct journal_work *w)
{
    const struct filer *f = context;
    struct buf text = BUF_INIT(PACKET_MAX - 1);
    struct head h;
    int fd[FDS_MAX];
    size_t count = 0;
    memset(&h, 0, sizeof h);
    h = (struct head){ .id = w->id, .is_drop = w->is_drop, .has_fd = w->fd >= 0, .has_old_fd = w->old_fd >= 0 };
    if (w->fd >= 0)
        fd[count++] = w->fd;
    if (w->old_fd >= 0)
        fd[count++] = w->old_fd;
    (void)buf_add(&text, (struct slice){ (const char *)&h, sizeof h });
    (void)buf_add(&text, (struct slice){ w->fresh, strlen(w->fresh) + 1 });
    bool ok = buf_add(&text, (struct slice){ w->path, strlen(w->path) + 1 }) && f->fd >= 0 && send_packet(f, buf_slice(&text), fd, count);
    buf_clear(&text);
    return ok;
}

struct filer *filer_new(struct journal *j, struct err *err)
{
    int ends[2], pid;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        (void)err_errno(err, ERR_SYSTEM, "starting the process that writes leases down: no socket");
        return NULL;
    }
    bool ok = scribe_run(ends[1], do_all, NULL, &pid, err);
    (void)close(ends[1]);
    if (!ok) {
        (void)close(ends[0]);
        return NULL;
    }
    struct filer *f = mem_alloc(sizeof *f);
    *f = (struct filer){ .journal = j, .fd = ends[0], .pid = pid };
    journal_use(j, &(struct journal_disk){ .give = give, .context = f });
    return f;
}

void filer_free(struct filer *f, int most_ms)
{
    if (f == NULL)
        return;
    hang_up(f);
    scribe_finish(f->pid, most_ms);
    mem_free(f);
}

int filer_fd(const struct filer *f)
{
    return f != NULL ? f->fd : -1;
}

bool filer_turn(struct filer *f)
{
    bool was_any = false;
    while (f != NULL && f->fd >= 0) {
        struct done d;
        ssize_t n = recv(f->fd, &d, sizeof d, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        was_any = true;
        if (n == (ssize_t)sizeof d) {
            journal_work_done(f->journal, d.id, (int)d.fault);
        } else { /* it was killed: what it had in hand may be half done, and is done again */
            hang_up(f);
            journal_work_alone(f->journal);
        }
    }
    return was_any;
}
