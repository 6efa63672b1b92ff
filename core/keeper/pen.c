/* SPDX-License-Identifier: MIT */
/* pen: records become lines of a file that only ever grows, on the disk before they are called written. What the disk does not take is kept and
 * tried again, up to a maximum; what is lost then leaves a record that says so. The file is opened anew when another one lies under its name
 * (logrotate). Several pens may write to one file: each writes under its lock, whole lines, and never goes on behind half a line. Who keeps the
 * lock for longer than a line takes is not waited for: the kernel appends whole lines all the same. That a pen is alive is told by a name among the
 * sockets, which goes with it: what those of this host had open that are gone, the next one that writes closes. */
#include "core/keeper/pen.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/keeper/closing.h"
#include "core/keeper/syslog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { KEPT_MAX = 1024 * 1024, LOOK_BACK_MAX = 1024 * 1024, AT_ONCE = 256, RETRY_MS = 1000, SYNC_MS = 100, LOCK_MAX_MS = 150, LOCK_LOOK_MS = 5, };

struct pen {
    const struct pen_setup *setup;
    int socket, file;
    struct syslog syslog;
    dev_t device; /* of the open file */
    ino_t inode;
    struct buf kept; /* lines that are not on the disk yet */
    uint64_t got;    /* records that came */
    uint64_t lost;
    int fault, syslog_fault; /* as they were answered last */
    bool is_locked_out;      /* so is this */
    struct closing *open;    /* of its own keeper */
    bool has_looked_back;    /* at what others left open */
    int64_t unsynced_at;     /* monotonic: the first line was written that is not on the disk for sure; 0: there is none */
};

static void answer(const struct pen *p, enum pen_news news, int fault)
{
    struct pen_answer a;
    memset(&a, 0, sizeof a);
    a.upto = p->got;
    a.fault = fault;
    a.news = news;
    (void)send(p->socket, &a, sizeof a, MSG_NOSIGNAL);
}

/* --- the file ------------------------------------------------------------------------------------------------- */

static int open_file(const char *path, int flags)
{
    return open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | flags, 0600);
}

/* What takes lines and keeps them; a terminal or /dev/full may be named, for a look. */
static bool is_file(const struct stat *st)
{
    return S_ISREG(st->st_mode) || S_ISCHR(st->st_mode);
}

/* errno; 0: what was written is on the disk. */
static int sync_file(struct pen *p)
{
    p->unsynced_at = 0;
    if (p->file < 0 || fdatasync(p->file) == 0)
        return 0;
    bool is_none = errno == EINVAL || errno == ENOTSUP || errno == EROFS; /* no such thing as a disk: enough where nobody waits for it */
    return !is_none ? errno : p->setup->is_lazy ? 0 : PEN_NO_DISK;
}

/* The same file as is under the name now: open. Else why not. */
static int reopen(struct pen *p)
{
    struct stat st;
    if (p->file >= 0 && lstat(p->setup->path, &st) == 0 && st.st_dev == p->device && st.st_ino == p->inode)
        return 0;
    if (p->unsynced_at != 0)
        (void)sync_file(p);
    if (p->file >= 0)
        (void)close(p->file);
    file_make_folders(p->setup->path);
    p->file = open_file(p->setup->path, O_CREAT);
    if (p->file < 0 || fstat(p->file, &st) != 0)
        return errno == EISDIR || errno == ENXIO ? PEN_NO_FILE : errno;
    p->device = st.st_dev;
    p->inode = st.st_ino;
    if (is_file(&st))
        return 0;
    (void)close(p->file);
    p->file = -1;
    return PEN_NO_FILE;
}

/* False: somebody else keeps it. Where there are no locks it counts as ours. */
static bool lock_file(struct pen *p)
{
    bool is_ours = false, is_held = true;
    for (int waited_ms = 0; !is_ours && is_held; waited_ms += LOCK_LOOK_MS) {
        is_ours = flock(p->file, LOCK_EX | LOCK_NB) == 0;
        is_held = !is_ours && (errno == EWOULDBLOCK || errno == EINTR);
        if (is_held && (p->is_locked_out || waited_ms >= LOCK_MAX_MS))
            break;
        if (is_held)
            (void)poll(NULL, 0, LOCK_LOOK_MS);
    }
    if (is_held != p->is_locked_out)
        answer(p, PEN_LOCK, is_held ? EWOULDBLOCK : 0);
    p->is_locked_out = is_held;
    return !is_held;
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

static void keep(struct pen *p, struct slice record)
{
    if (p->kept.len + record.n + 1 > KEPT_MAX) {
        p->lost++;
    } else {
        (void)buf_add(&p->kept, record);
        (void)buf_add_char(&p->kept, '\n');
    }
}

/* --- orders that were left open ------------------------------------------------------------------------------------- */

/* Takes the name of a keeper's pen, which is free when that pen is no more; -1: it is not. */
static int take_name(struct slice run)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX }; /* the first byte of an abstract name is a NUL */
    int n = snprintf(at.sun_path + 1, sizeof at.sun_path - 1, "acdtop-pen-%.*s", SLICE_FMT(run));
    int name = n > 0 && (size_t)n < sizeof at.sun_path - 1 ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
    if (name >= 0 && bind(name, (const struct sockaddr *)&at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) != 0) {
        (void)close(name);
        name = -1;
    }
    return name;
}

static bool is_dead(void *context, struct slice run)
{
    const struct pen *p = context;
    if (slice_eq(run, slice_of(p->setup->run)))
        return false;
    int name = take_name(run);
    if (name >= 0)
        (void)close(name);
    return name >= 0;
}

static bool is_any(void *context, struct slice run)
{
    (void)context;
    (void)run;
    return true;
}

static void close_other(void *context, struct slice record)
{
    keep(context, record);
}

static void note_lines(struct closing *c, struct slice text)
{
    while (text.n > 0)
        closing_note(c, slice_cut(text, '\n', &text));
}

/* What stands at the end of the file, under its lock, once. */
static void look_back(struct pen *p)
{
    struct stat st;
    struct buf text = BUF_INIT(LOOK_BACK_MAX);
    if (p->has_looked_back || p->setup->run == NULL || fstat(p->file, &st) != 0 || !S_ISREG(st.st_mode))
        return;
    p->has_looked_back = true;
    size_t most = st.st_size < LOOK_BACK_MAX ? (size_t)st.st_size : LOOK_BACK_MAX;
    char *into = most > 0 ? buf_reserve(&text, most) : NULL;
    ssize_t n = into != NULL ? pread(p->file, into, most, st.st_size - (off_t)most) : 0;
    if (n > 0) {
        struct closing *c = closing_new();
        note_lines(c, (struct slice){ into, (size_t)n });
        note_lines(c, buf_slice(&p->kept)); /* an adopted lease goes on under its old number */
        closing_write(c, clock_wall_ms(), is_dead, close_other, p);
        closing_free(c);
    }
    buf_clear(&text);
}

/* errno; 0: all that is kept is in the file. */
static int write_kept(struct pen *p)
{
    int fault = reopen(p);
    if (fault != 0)
        return fault;
    bool is_locked = lock_file(p), is_ready = end_line(p->file);
    if (!is_ready)
        fault = errno;
    else if (is_locked)
        look_back(p);
    while (is_ready && fault == 0 && (p->kept.len > 0 || p->lost > 0)) {
        if (p->kept.len == 0)
            say_lost(p);
        drop_lines(&p->kept, write_most(p->file, buf_slice(&p->kept), &fault));
    }
    if (is_locked)
        (void)flock(p->file, LOCK_UN);
    p->unsynced_at = p->unsynced_at != 0 ? p->unsynced_at : clock_mono_ms();
    return fault;
}

/* Could it be written, without a trace of having asked? */
static int probe(const char *path)
{
    struct stat st;
    char *folder = mem_strdup(path), *slash;
    int file = -1, fault = 0;
    if (lstat(path, &st) == 0) {
        file = is_file(&st) || S_ISLNK(st.st_mode) ? open_file(path, 0) : -1;
        fault = file >= 0 ? 0 : is_file(&st) || S_ISLNK(st.st_mode) ? errno : PEN_NO_FILE;
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

static void tell_syslog(struct pen *p, struct slice record)
{
    int fault = syslog_tell(&p->syslog, record);
    if (fault != p->syslog_fault)
        answer(p, PEN_SYSLOG, fault);
    p->syslog_fault = fault;
}

/* --- records --------------------------------------------------------------------------------------------------- */

static void take_record(struct pen *p, struct slice record)
{
    if (p->setup->syslog != NULL)
        tell_syslog(p, record);
    if (p->setup->path != NULL)
        keep(p, record);
}

static void close_own(void *context, struct slice record)
{
    take_record(context, record);
}

/* False: there is none now, *is_over: nor will there be. A keeper that has gone without having read all our answers is told of once, by
 * ECONNRESET; what it had sent before is still there. */
static bool take(struct pen *p, int flags, bool *is_over)
{
    static char packet[AUDIT_RECORD_MAX];
    ssize_t n;
    while ((n = recv(p->socket, packet, sizeof packet, flags)) < 0 && (errno == EINTR || errno == ECONNRESET))
        continue;
    *is_over = n == 0 || (n < 0 && errno != EAGAIN);
    if (n <= 0)
        return false;
    struct slice record = { packet, (size_t)n };
    p->got++;
    take_record(p, record);
    if (p->setup->run != NULL)
        closing_note(p->open, record);
    return true;
}

static void say_disk(struct pen *p, int fault)
{
    answer(p, PEN_DISK, fault);
    p->fault = fault;
}

/* What is there goes into the file at once: one wait for it, however much it is. */
static void put(struct pen *p, bool is_new)
{
    int fault = p->setup->path != NULL ? write_kept(p) : 0;
    bool is_later = fault == 0 && p->setup->is_lazy && p->setup->path != NULL;
    if (!is_later && p->setup->path != NULL && p->file >= 0) {
        int unsynced = sync_file(p);
        fault = fault != 0 ? fault : unsynced;
    }
    if (is_later && is_new)
        answer(p, PEN_TAKEN, 0);
    else if (!is_later && (is_new || fault != p->fault))
        say_disk(p, fault);
}

/* Until there is something to be done that no record asks for; -1: never. */
static int wait_ms(const struct pen *p)
{
    int64_t left_ms = p->unsynced_at + SYNC_MS - clock_mono_ms();
    if (p->unsynced_at != 0)
        return left_ms > 0 ? (int)left_ms : 0;
    return p->kept.len > 0 || p->lost > 0 ? RETRY_MS : -1;
}

static void turn(struct pen *p, bool *is_over)
{
    struct pollfd at = { .fd = p->socket, .events = POLLIN };
    int n = poll(&at, 1, wait_ms(p));
    bool is_new = n > 0 && take(p, MSG_DONTWAIT, is_over);
    for (int i = 0; is_new && !*is_over && i < AT_ONCE && take(p, MSG_DONTWAIT, is_over); i++)
        continue;
    bool is_retry = n == 0 && p->unsynced_at == 0 && (p->kept.len > 0 || p->lost > 0);
    if (is_new || is_retry)
        put(p, is_new);
    if (p->unsynced_at != 0 && clock_mono_ms() - p->unsynced_at >= SYNC_MS)
        say_disk(p, sync_file(p));
}

void pen_run(int socket, const struct pen_setup *setup)
{
    struct pen p = { .setup = setup, .socket = socket, .file = -1, .syslog = SYSLOG_INIT(setup->syslog, setup->journal), .kept = BUF_INIT(KEPT_MAX + 4096), .open = closing_new() };
    bool is_over = false;
    if (setup->run != NULL)
        (void)take_name(slice_of(setup->run)); /* until this process ends */
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a fault like any other */
    p.fault = setup->path != NULL ? probe(setup->path) : 0;
    if (p.fault != 0)
        answer(&p, PEN_DISK, p.fault);
    if (setup->syslog != NULL && (p.syslog_fault = syslog_connect(&p.syslog)) != 0)
        answer(&p, PEN_SYSLOG, p.syslog_fault);
    while (!is_over)
        turn(&p, &is_over);
    closing_write(p.open, clock_wall_ms(), is_any, close_own, &p);
    if (p.kept.len > 0 || p.lost > 0)
        (void)write_kept(&p);
    if (p.unsynced_at != 0)
        (void)sync_file(&p);
    closing_free(p.open);
    syslog_close(&p.syslog);
    buf_clear(&p.kept);
}
