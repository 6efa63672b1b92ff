/* SPDX-License-Identifier: MIT */
#include "tests/unit/support_amid.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 8, CALLERS_MAX = 256 };

struct connection {
    int fd;
    bool is_in;
    char text[8192];
    size_t n;
};

static struct {
    struct connection at[CONNECTIONS_MAX];
    size_t count;
    int accepted, logins;
    int first, next; /* callers first..next-1 wait */
    int status;      /* of the member, changes in a storm */
    const struct connection *answering;
} pbx;

static void put(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        text += sent;
        n -= (size_t)sent;
    }
}

static void answer(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void answer(const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    put(pbx.answering->fd, text, (size_t)n);
}

static void tell_all(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void tell_all(const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (size_t i = 0; i < pbx.count; i++) {
        if (pbx.at[i].is_in) {
            put(pbx.at[i].fd, text, (size_t)n);
        }
    }
}

static void tell_member(void)
{
    tell_all("Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nQueue: support\r\nMemberName: Zoe\r\nInterface: PJSIP/101\r\n"
             "StateInterface: PJSIP/101\r\nMembership: static\r\nPenalty: 0\r\nCallsTaken: %d\r\nLastCall: 0\r\nLastPause: 0\r\nLoginTime: 1700000000\r\n"
             "InCall: 0\r\nStatus: 1\r\nPaused: 0\r\nPausedReason: \r\nRinginuse: 0\r\nWrapuptime: 0\r\n\r\n",
             pbx.status);
}

static void list_queue(const char *id)
{
    int items = 2;
    answer("Response: Success\r\nActionID: %s\r\nEventList: start\r\nMessage: Queue status will follow\r\n\r\n", id);
    answer("Event: QueueParams\r\nQueue: support\r\nMax: 0\r\nStrategy: ringall\r\nCalls: %d\r\nHoldtime: 0\r\nTalkTime: 0\r\nCompleted: 0\r\n"
           "Abandoned: 0\r\nServiceLevel: 20\r\nServicelevelPerf: 0.0\r\nServicelevelPerf2: 0.0\r\nWeight: 0\r\nActionID: %s\r\n\r\n",
           pbx.next - pbx.first, id);
    answer("Event: QueueMember\r\nQueue: support\r\nName: Zoe\r\nLocation: PJSIP/101\r\nStateInterface: PJSIP/101\r\nMembership: static\r\n"
           "Penalty: 0\r\nCallsTaken: %d\r\nLastCall: 0\r\nLastPause: 0\r\nLoginTime: 1700000000\r\nInCall: 0\r\nStatus: 1\r\nPaused: 0\r\n"
           "PausedReason: \r\nWrapuptime: 0\r\nActionID: %s\r\n\r\n",
           pbx.status, id);
    for (int c = pbx.first; c < pbx.next; c++, items++) {
        answer("Event: QueueEntry\r\nQueue: support\r\nPosition: %d\r\nChannel: PJSIP/in-%08x\r\nUniqueid: 1700000000.%d\r\nCallerIDNum: %d\r\n"
               "CallerIDName: Caller %d\r\nConnectedLineNum: unknown\r\nConnectedLineName: unknown\r\nWait: 5\r\nPriority: 0\r\nActionID: %s\r\n\r\n",
               c - pbx.first + 1, (unsigned)c, c, 1000 + c, c, id);
    }
    answer("Event: QueueStatusComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: %d\r\n\r\n", id, items);
}

static void value_of(const char *request, const char *name, char *out, size_t size)
{
    char line[80];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *at = strstr(request, line);
    at = at != NULL ? at + strlen(line) : "";
    snprintf(out, size, "%.*s", (int)strcspn(at, "\r"), at);
}

static void log_in(struct connection *c, const char *request, const char *id)
{
    char secret[80];
    value_of(request, "Secret", secret, sizeof secret);
    if (strcmp(secret, "demo") != 0) {
        answer("Response: Error\r\nActionID: %s\r\nMessage: Authentication failed\r\n\r\n", id);
        shutdown(c->fd, SHUT_RDWR);
        return;
    }
    c->is_in = true;
    pbx.logins++;
    answer("Response: Success\r\nActionID: %s\r\nMessage: Authentication accepted\r\n\r\n", id);
    answer("Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\nUptime: 100\r\nLastReload: 100\r\n\r\n");
}

static void obey(struct connection *c, const char *request)
{
    char action[40] = "", id[80], value[80];
    sscanf(request, "Action: %39[^\r]", action);
    value_of(request, "ActionID", id, sizeof id);
    pbx.answering = c;
    if (strcmp(action, "Login") == 0) {
        log_in(c, request, id);
    } else if (strcmp(action, "Challenge") == 0) {
        answer("Response: Error\r\nActionID: %s\r\nMessage: Must specify AuthType\r\n\r\n", id);
    } else if (strcmp(action, "Ping") == 0) {
        answer("Response: Success\r\nActionID: %s\r\nPing: Pong\r\nTimestamp: 1700000000.000000\r\n\r\n", id);
    } else if (strcmp(action, "ListCommands") == 0) {
        answer("Response: Success\r\nActionID: %s\r\nCoreSettings: x  (Priv: system)\r\nGetvar: x  (Priv: call)\r\nSetvar: x  (Priv: call)\r\n"
               "QueueStatus: x  (Priv: <none>)\r\nCoreShowChannels: x  (Priv: system)\r\nEvents: x  (Priv: <none>)\r\nPing: x  (Priv: <none>)\r\n\r\n",
               id);
    } else if (strcmp(action, "CoreSettings") == 0) {
        answer("Response: Success\r\nActionID: %s\r\nAMIversion: 11.0.0\r\nAsteriskVersion: 22.0.0\r\n\r\n", id);
    } else if (strcmp(action, "CoreShowChannels") == 0) {
        answer("Response: Success\r\nActionID: %s\r\nEventList: start\r\nMessage: Channels will follow\r\n\r\n", id);
        answer("Event: CoreShowChannelsComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: 0\r\n\r\n", id);
    } else if (strcmp(action, "QueueStatus") == 0) {
        list_queue(id);
    } else if (strcmp(action, "Setvar") == 0) {
        value_of(request, "Value", value, sizeof value);
        answer("Response: Success\r\nActionID: %s\r\nMessage: Variable Set\r\n\r\n", id);
        answer("Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: none\r\nUniqueid: none\r\nVariable: ACDTOP_SYNC\r\nValue: %s\r\n\r\n", value);
    } else {
        answer("Response: Success\r\nActionID: %s\r\nEvents: On\r\n\r\n", id);
    }
}

static void receive(struct connection *c)
{
    ssize_t n = recv(c->fd, c->text + c->n, sizeof c->text - 1 - c->n, MSG_DONTWAIT);
    if (n <= 0) {
        close(c->fd);
        c->fd = -1;
        c->is_in = false;
        return;
    }
    c->n += (size_t)n;
    c->text[c->n] = '\0';
    for (char *end; (end = strstr(c->text, "\r\n\r\n")) != NULL;) {
        *end = '\0';
        obey(c, c->text);
        size_t used = (size_t)(end + 4 - c->text);
        memmove(c->text, c->text + used, c->n - used + 1);
        c->n -= used;
    }
}

static void accept_one(int listener)
{
    int fd = accept(listener, NULL, NULL);
    if (fd < 0 || pbx.count == CONNECTIONS_MAX) {
        abort();
    }
    pbx.at[pbx.count] = (struct connection){ .fd = fd };
    pbx.answering = &pbx.at[pbx.count++];
    pbx.accepted++;
    answer("Asterisk Call Manager/11.0.0\r\n");
}

static void join(void)
{
    int c = pbx.next++;
    tell_all("Event: QueueCallerJoin\r\nPrivilege: agent,all\r\nChannel: PJSIP/in-%08x\r\nChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: %d\r\n"
             "CallerIDName: Caller %d\r\nUniqueid: 1700000000.%d\r\nLinkedid: 1700000000.%d\r\nQueue: support\r\nPosition: %d\r\nCount: %d\r\n\r\n",
             (unsigned)c, 1000 + c, c, c, c, c - pbx.first + 1, c - pbx.first + 1);
}

static void leave(void)
{
    int c = pbx.first++;
    tell_all("Event: QueueCallerAbandon\r\nPrivilege: agent,all\r\nChannel: PJSIP/in-%08x\r\nUniqueid: 1700000000.%d\r\nQueue: support\r\nPosition: 1\r\n"
             "OriginalPosition: 1\r\nHoldTime: 5\r\n\r\n",
             (unsigned)c, c);
    tell_all("Event: QueueCallerLeave\r\nPrivilege: agent,all\r\nChannel: PJSIP/in-%08x\r\nUniqueid: 1700000000.%d\r\nQueue: support\r\nPosition: 1\r\n"
             "Count: %d\r\n\r\n",
             (unsigned)c, c, pbx.next - pbx.first);
}

static int count_open(void)
{
    int n = 0;
    for (size_t i = 0; i < pbx.count; i++) {
        n += pbx.at[i].fd >= 0;
    }
    return n;
}

static void hang_up(void)
{
    for (size_t i = 0; i < pbx.count; i++) {
        if (pbx.at[i].fd >= 0) {
            shutdown(pbx.at[i].fd, SHUT_RDWR);
        }
    }
}

static int command(const char *word, int n)
{
    for (int i = 0; i < n && strcmp(word, "join") == 0; i++) {
        join();
    }
    for (int i = 0; i < n && strcmp(word, "leave") == 0; i++) {
        leave();
    }
    for (int i = 0; i < n && strcmp(word, "storm") == 0; i++) {
        pbx.status++;
        tell_member();
    }
    if (strcmp(word, "hang-up") == 0) {
        hang_up();
    }
    return strcmp(word, "callers") == 0     ? pbx.next - pbx.first
           : strcmp(word, "connections") == 0 ? pbx.accepted
           : strcmp(word, "logins") == 0      ? pbx.logins
           : strcmp(word, "open") == 0        ? count_open()
                                              : pbx.status;
}

static void take_command(int control)
{
    char text[80];
    char word[40] = "";
    int n = 0;
    ssize_t got = recv(control, text, sizeof text - 1, 0);
    if (got <= 0) {
        _exit(0);
    }
    text[got] = '\0';
    sscanf(text, "%39s %d", word, &n);
    int answer_is = command(word, n);
    put(control, (const char *)&answer_is, sizeof answer_is);
}

static void serve(int listener, int control)
{
    for (;;) {
        struct pollfd at[CONNECTIONS_MAX + 2];
        nfds_t n = 0;
        at[n++] = (struct pollfd){ .fd = listener, .events = POLLIN };
        at[n++] = (struct pollfd){ .fd = control, .events = POLLIN };
        for (size_t i = 0; i < pbx.count; i++) {
            at[n++] = (struct pollfd){ .fd = pbx.at[i].fd, .events = POLLIN };
        }
        size_t count = pbx.count;
        poll(at, n, -1);
        for (size_t i = 0; i < count; i++) {
            if (at[i + 2].fd >= 0 && at[i + 2].revents != 0) {
                receive(&pbx.at[i]);
            }
        }
        if (at[0].revents != 0) {
            accept_one(listener);
        }
        if (at[1].revents != 0) {
            take_command(control);
        }
    }
}

void amid_start(struct amid *a)
{
    int pair[2];
    temp_template(a->dir);
    if (mkdtemp(a->dir) == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        abort();
    }
    snprintf(a->path, sizeof a->path, "%s/ami", a->dir);
    struct sockaddr_un where = { .sun_family = AF_UNIX };
    snprintf(where.sun_path, sizeof where.sun_path, "%s", a->path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&where, sizeof where) != 0 || listen(listener, 8) != 0) {
        abort();
    }
    a->pid = fork();
    if (a->pid == 0) {
        close(pair[0]);
        serve(listener, pair[1]);
    }
    close(listener);
    close(pair[1]);
    a->control = pair[0];
}

void amid_stop(struct amid *a)
{
    close(a->control);
    kill(a->pid, SIGKILL);
    waitpid(a->pid, NULL, 0);
    unlink(a->path);
    rmdir(a->dir);
}

int amid_tell(struct amid *a, const char *what, int n)
{
    char text[80];
    int answer_is = -1;
    snprintf(text, sizeof text, "%s %d", what, n);
    if (send(a->control, text, strlen(text), 0) < 0 || recv(a->control, &answer_is, sizeof answer_is, 0) != (ssize_t)sizeof answer_is) {
        return -1;
    }
    return answer_is;
}
