/* SPDX-License-Identifier: MIT */
/* syslog: datagrams that do not block: who does not read them in time does not get them, and that is told. The journal's own protocol is lines
 * NAME=VALUE, or NAME, a length and the value, which may have lines of its own. */
#include "core/keeper/syslog.h"

#include "core/base/clock.h"
#include "core/base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FACILITY = 10, SEVERITY = 5, /* authpriv, notice: syslog(3) has no name that log.h does not take */
       BYTES_MAX = 8000, JOURNAL_BYTES_MAX = 4 * AUDIT_RECORD_MAX };

static bool try_path(struct syslog *s, const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->fd >= 0 && connect(s->fd, (const struct sockaddr *)&at, sizeof at) == 0)
        return true;
    int why = errno;
    syslog_close(s);
    errno = why;
    return false;
}

int syslog_connect(struct syslog *s)
{
    syslog_close(s);
    s->is_journal = s->journal != NULL && try_path(s, s->journal);
    return s->is_journal || try_path(s, s->path) ? 0 : errno;
}

void syslog_close(struct syslog *s)
{
    if (s->fd >= 0)
        (void)close(s->fd);
    s->fd = -1;
}

/* As syslog(3) writes it: local time, the name of the program. */
static void add_message(struct slice record, struct buf *out)
{
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm local = { 0 };
    (void)localtime_r(&now, &local);
    (void)buf_addf(out, "<%d>%s %2d %02d:%02d:%02d acdtop[%ld]: ", FACILITY << 3 | SEVERITY, months[local.tm_mon], local.tm_mday, local.tm_hour, local.tm_min,
                   local.tm_sec, (long)getpid());
    (void)buf_add(out, (struct slice){ record.p, record.n < BYTES_MAX ? record.n : BYTES_MAX });
}

static void add_field(const char *name, struct slice value, struct buf *out)
{
    (void)buf_addf(out, "ACDTOP_");
    for (; *name != '\0'; name++)
        (void)buf_add_char(out, (char)toupper((unsigned char)*name));
    (void)buf_add_char(out, '\n');
    for (unsigned shift = 0; shift < 64; shift += 8) /* its length, the lowest byte first */
        (void)buf_add_char(out, (char)((uint64_t)value.n >> shift & 0xff));
    (void)buf_add(out, value);
    (void)buf_add_char(out, '\n');
}

static void add_entry(struct slice record, struct buf *out)
{
    struct buf store = BUF_INIT(AUDIT_RECORD_MAX + 1);
    struct audit_record r;
    (void)buf_addf(out, "PRIORITY=%d\nSYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=acdtop\nSYSLOG_PID=%ld\nMESSAGE=%.*s\n", SEVERITY, FACILITY, (long)getpid(), SLICE_FMT(record));
    if (audit_read(record, &r, &store)) {
        for (size_t i = 0; i < AUDIT_FIELD_COUNT; i++) {
            if (r.value[i].p != NULL)
                add_field(audit_field_table[i].name, r.value[i], out);
        }
    }
    buf_clear(&store);
}

static int send_one(const struct syslog *s, struct slice record)
{
    struct buf text = BUF_INIT(JOURNAL_BYTES_MAX);
    if (s->is_journal)
        add_entry(record, &text);
    else
        add_message(record, &text);
    int fault = send(s->fd, text.data, text.len, MSG_NOSIGNAL) == (ssize_t)text.len ? 0 : errno;
    buf_clear(&text);
    return fault;
}

/* One that went is looked for once; one that has its hands full is not. */
int syslog_tell(struct syslog *s, struct slice record)
{
    int fault = s->fd >= 0 ? send_one(s, record) : ENOTCONN;
    if (fault == 0 || fault == EAGAIN)
        return fault;
    fault = syslog_connect(s);
    return fault != 0 ? fault : send_one(s, record);
}
