/* SPDX-License-Identifier: MIT */
/* pen: records become lines of a file that only ever grows, on the disk before they are called written. What the disk does not take is kept and
 * tried again, up to a maximum; what is lost then leaves a record that says so. The file is opened anew when another one lies under its name
 * (logrotate). Several pens may write to one file: each writes under its lock, whole lines, and never goes on behind half a line. */
#include "core/keeper/pen.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { KEPT_MAX = 1024 * 1024, AT_ONCE = 256, RETRY_MS = 1000, SYSLOG_BYTES_MAX = 8000,
       SYSLOG_PRIORITY = 10 << 3 | 5 /* authpriv, notice: syslog(3) has no name that log.h does not take */ };

struct pen {
    const struct pen_setup *setup;
    int socket, file, syslog;
    dev_t device; /* of the open file */
    ino_t inode;
    struct buf kept; /* lines that are not on the disk yet */
    uint64_t got;    /* records that came */
    uint64_t lost;
    int fault, syslog_fault; /* as they were answered last */
};

static void answer(const struct pen *p, int fault, bool is_syslog)
{
    struct pen_answer a;
    memset(&a, 0, sizeof a);
    a.upto = p->got;
    a.fault = fault;
    a.is_syslog = is_syslog;
    (void)send(p->socket, &a, sizeof a, MSG_NOSIGNAL);
}

/* --- the file ------------------------------------------------------------------------------------------------- */

static int open_file(const char *path, int flags)
{
    return open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | flags, 0600);
}

/* The same file as is under the name now: open. */
static bool reopen(struct pen *p)
{
    struct stat st;
    if (p->file >= 0 && lstat(p->setup->path, &st) == 0 && st.st_dev == p->device && st.st_ino == p->inode)
        return true;
    if (p->file >= 0)
        (void)close(p->file);
    file_make_folders(p->setup->path);
    p->file = open_file(p->setup->path, O_CREAT);
    if (p->file < 0 || fstat(p->file, &st) != 0)
        return false;
    p->device = st.st_dev;
    p->inode = st.st_ino;
    return true;
}

/* Half a line, left by a disk that was full or a machine that went down, must not become the beginning of ours. */
static bool end_line(int file)
{
    struct stat st;
    char last = '\n';
    if (fstat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        (void)!pread(file, &last, 1, st.st_size - 1);
    return last == '\n' || write(file, "\n", 1) == 1;
}

/* How much of it the file took. */
static size_t write_most(int file, struct slice text, int *fault)
{
    size_t done = 0;
    while (done < text.n) {
        ssize_t n = write(file, text.p + done, text.n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            *fault = n == 0 ? ENOSPC : errno;
            break;
        }
        done += (size_t)n;
    }
    return done;
}

/* Whole lines that were written are done with; half a one is written again from its beginning. */
static void drop_lines(struct buf *kept, size_t written)
{
    while (written > 0 && kept->data[written - 1] != '\n')
        written--;
    buf_drop(kept, written);
}

static void say_lost(struct pen *p)
{
    char why[96];
    (void)snprintf(why, sizeof why, "%llu records could not be written, and there was no room to keep them", (unsigned long long)p->lost);
    struct audit_record r = { .at_ms = clock_wall_ms(), .value = { [AUDIT_EVENT] = slice_of(audit_event_names[AUDIT_LOST]), [AUDIT_ANSWER] = slice_of(why) } };
    p->lost = 0;
    (void)audit_write(&r, &p->kept);
    (void)buf_add_char(&p->kept, '\n');
}

/* errno; 0: all that is kept is on the disk. */
static int flush(struct pen *p)
{
    int fault = 0;
    if (!reopen(p) || (flock(p->file, LOCK_EX) != 0 && errno != EINVAL && errno != ENOTSUP && errno != ENOLCK && errno != EBADF))
        return errno;
    bool is_ready = end_line(p->file);
    if (!is_ready)
        fault = errno;
    while (is_ready && fault == 0 && (p->kept.len > 0 || p->lost > 0)) {
        if (p->kept.len == 0)
            say_lost(p);
        drop_lines(&p->kept, write_most(p->file, buf_slice(&p->kept), &fault));
    }
    if (fdatasync(p->file) != 0 && fault == 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) /* no file: no such thing */
        fault = errno;
    (void)flock(p->file, LOCK_UN);
    return fault;
}

/* Could it be written, without a trace of having asked? */
static int probe(const char *path)
{
    struct stat st;
    char *folder = mem_strdup(path), *slash;
    int file = -1, fault = 0;
    if (lstat(path, &st) == 0) {
        file = open_file(path, 0);
        fault = file < 0 ? errno : 0;
    } else if (errno != ENOENT) {
        fault = errno;
    } else { /* the nearest folder that is there */
        while ((slash = strrchr(folder, '/')) != NULL && slash > folder && fault == 0) {
            *slash = '\0';
            if (access(folder, F_OK) != 0)
                continue;
            fault = faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
            break;
        }
    }
    if (file >= 0)
        (void)close(file);
    mem_free(folder);
    return fault;
}

/* --- syslog ---------------------------------------------------------------------------------------------------- */

static bool connect_syslog(struct pen *p)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", p->setup->syslog);
    if (p->syslog >= 0)
        (void)close(p->syslog);
    p->syslog = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return p->syslog >= 0 && connect(p->syslog, (const struct sockaddr *)&at, sizeof at) == 0;
}

/* As syslog(3) writes it: local time, the name of the program. */
static void add_header(struct buf *out)
{
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm local = { 0 };
    (void)localtime_r(&now, &local);
    (void)buf_addf(out, "<%d>%s %2d %02d:%02d:%02d acdtop[%ld]: ", SYSLOG_PRIORITY, months[local.tm_mon], local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                   (long)getpid());
}

static void tell_syslog(struct pen *p, struct slice record)
{
    struct buf text = BUF_INIT(SYSLOG_BYTES_MAX + 128);
    add_header(&text);
    (void)buf_add(&text, (struct slice){ record.p, record.n < SYSLOG_BYTES_MAX ? record.n : SYSLOG_BYTES_MAX });
    bool ok = p->syslog >= 0 && send(p->syslog, text.data, text.len, MSG_NOSIGNAL) == (ssize_t)text.len;
    if (!ok && (p->syslog < 0 || errno != EAGAIN))
        ok = connect_syslog(p) && send(p->syslog, text.data, text.len, MSG_NOSIGNAL) == (ssize_t)text.len;
    int fault = ok ? 0 : errno;
    if (fault != p->syslog_fault)
        answer(p, fault, true);
    p->syslog_fault = fault;
    buf_clear(&text);
}

/* --- records --------------------------------------------------------------------------------------------------- */

/* False: there is none now, *is_over: nor will there be. */
static bool take(struct pen *p, int flags, bool *is_over)
{
    static char packet[AUDIT_RECORD_MAX];
    ssize_t n;
    while ((n = recv(p->socket, packet, sizeof packet, flags)) < 0 && errno == EINTR)
        continue;
    *is_over = n == 0 || (n < 0 && errno != EAGAIN);
    if (n <= 0)
        return false;
    struct slice record = { packet, (size_t)n };
    p->got++;
    if (p->setup->syslog != NULL)
        tell_syslog(p, record);
    if (p->setup->path != NULL && p->kept.len + record.n + 1 > KEPT_MAX) {
        p->lost++;
    } else if (p->setup->path != NULL) {
        (void)buf_add(&p->kept, record);
        (void)buf_add_char(&p->kept, '\n');
    }
    return true;
}

/* What is there goes onto the disk at once: one wait for it, however much it is. */
static void put(struct pen *p, bool is_new)
{
    int fault = p->setup->path != NULL ? flush(p) : 0;
    if (is_new || fault != p->fault)
        answer(p, fault, false);
    p->fault = fault;
}

void pen_run(int socket, const struct pen_setup *setup)
{
    struct pen p = { .setup = setup, .socket = socket, .file = -1, .syslog = -1, .kept = BUF_INIT(KEPT_MAX + 4096) };
    bool is_over = false;
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a fault like any other */
    p.fault = setup->path != NULL ? probe(setup->path) : 0;
    if (p.fault != 0)
        answer(&p, p.fault, false);
    if (setup->syslog != NULL && !connect_syslog(&p)) {
        p.syslog_fault = errno;
        answer(&p, p.syslog_fault, true);
    }
    while (!is_over) {
        struct pollfd at = { .fd = socket, .events = POLLIN };
        bool is_waiting = p.kept.len > 0 || p.lost > 0;
        int n = poll(&at, 1, is_waiting ? RETRY_MS : -1);
        bool is_new = n > 0 && take(&p, MSG_DONTWAIT, &is_over);
        for (int i = 0; is_new && !is_over && i < AT_ONCE && take(&p, MSG_DONTWAIT, &is_over); i++)
            continue;
        if (is_new || (is_waiting && n == 0))
            put(&p, is_new);
    }
    if (p.kept.len > 0 || p.lost > 0)
        (void)flush(&p);
    buf_clear(&p.kept);
}
