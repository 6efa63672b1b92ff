/* SPDX-License-Identifier: MIT */
/* link: against peers on loopback, in this very process, without sleeping: every turn of the wait also moves the peer. TLS peers are
 * `openssl s_server` with certificates made here. */
#include "core/link/link.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/settings.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_S = 60 };

/* --- a client ------------------------------------------------------------------------------------------- */

struct client {
    struct link *link;
    struct buf heard;
    char room[65536];
    int ups, downs;
    struct err why;
    void (*on_fed)(struct client *c);
    void (*on_down)(struct client *c);
};

static struct link_set *set;

static void up(void *context)
{
    ((struct client *)context)->ups++;
}

static char *room(void *context, size_t *n)
{
    struct client *c = context;
    *n = sizeof c->room;
    return c->room;
}

static void fed(void *context, size_t n)
{
    struct client *c = context;
    buf_add(&c->heard, (struct slice){ c->room, n });
    if (c->on_fed != NULL)
        c->on_fed(c);
}

static void down(void *context, const struct err *why)
{
    struct client *c = context;
    c->downs++;
    c->why = *why;
    if (c->on_down != NULL)
        c->on_down(c);
}

static struct client *client_new(const struct pbx_settings *pbx)
{
    struct client *c = mem_alloc(sizeof *c);
    c->heard = BUF_INIT(1 << 26);
    c->link = link_new(set, pbx, &(struct link_hooks){ up, room, fed, down, c });
    return c;
}

static void client_free(struct client *c)
{
    link_free(c->link);
    buf_clear(&c->heard);
    mem_free(c);
}

static void turn(void)
{
    link_set_wait(set, NULL, 0, 20);
}

#define UNTIL(what)       \
    do {                  \
        while (!(what))   \
            turn();       \
    } while (0) /* the alarm of set_up ends what never comes */

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, text);
}

/* --- a peer ----------------------------------------------------------------------------------------------- */

static int listener(int64_t *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static int accept_one(int fd)
{
    int peer;
    UNTIL((peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0);
    return peer;
}

static void say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* A client and its accepted peer. */
static struct client *pair(int *peer)
{
    int64_t port;
    int fd = listener(&port);
    struct client *c = client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port });
    link_open(c->link);
    *peer = accept_one(fd);
    UNTIL(c->ups == 1);
    close(fd);
    return c;
}

static int set_up(void **state)
{
    struct err err = ERR_INIT;
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)alarm(GUARD_S);
    set = link_set_new(&err);
    return set != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    link_set_free(set);
    (void)alarm(0);
    return 0;
}

/* --- bytes ---------------------------------------------------------------------------------------------------- */

static void half_lines_and_a_slow_drip(void **state)
{
    (void)state;
    int peer;
    struct client *c = pair(&peer);
    const char *text = "Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n";
    for (size_t i = 0; i < strlen(text); i++) {
        assert_int_equal(write(peer, text + i, 1), 1);
        UNTIL(c->heard.len == i + 1);
    }
    assert_string_equal(c->heard.data, text);
    close(peer);
    client_free(c);
}

static void closed_in_the_middle_of_a_line(void **state)
{
    (void)state;
    int peer;
    struct client *c = pair(&peer);
    say(peer, "Event: Queue");
    close(peer);
    UNTIL(c->downs == 1);
    assert_string_equal(c->heard.data, "Event: Queue"); /* what was said before is heard first */
    assert_has(c->why.text, "closed the connection");
    assert_false(link_send(c->link, SLICE("x\r\n")));
    client_free(c);
}

static void reset_by_the_peer(void **state)
{
    (void)state;
    int peer;
    struct client *c = pair(&peer);
    struct linger at_once = { .l_onoff = 1 };
    assert_int_equal(setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(peer);
    UNTIL(c->downs == 1);
    assert_has(c->why.text, "closed the connection");
    client_free(c);
}

static void requests_arrive_whole_and_in_order(void **state)
{
    (void)state;
    int peer;
    struct client *c = pair(&peer);
    struct buf want = BUF_INIT(1 << 20), got = BUF_INIT(1 << 20);
    for (int i = 0; want.len < 200000; i++) {
        char line[64];
        snprintf(line, sizeof line, "Line: %d %0*d\r\n", i, i % 40, 0);
        buf_add(&want, slice_of(line));
        assert_true(link_send(c->link, slice_of(line)));
    }
    while (got.len < want.len) {
        char part[5000];
        ssize_t n = read(peer, part, sizeof part);
        if (n > 0)
            buf_add(&got, (struct slice){ part, (size_t)n });
        turn();
    }
    assert_string_equal(got.data, want.data);
    buf_clear(&want);
    buf_clear(&got);
    close(peer);
    client_free(c);
}

static void a_peer_that_does_not_read_is_found_out(void **state)
{
    (void)state;
    int peer;
    struct client *c = pair(&peer);
    char block[8192];
    memset(block, 'x', sizeof block);
    bool is_taken = true;
    for (int i = 0; is_taken && i < 10000; i++) /* 80 MB: more than sockets hold */
        is_taken = link_send(c->link, (struct slice){ block, sizeof block });
    assert_false(is_taken);
    close(peer);
    client_free(c);
}

static void nothing_is_sent_before_it_stands(void **state)
{
    (void)state;
    struct client *c = client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = 9 });
    assert_false(link_send(c->link, SLICE("Action: Login\r\n")));
    link_open(c->link);
    assert_false(link_send(c->link, SLICE("Action: Login\r\n")));
    client_free(c);
}

/* --- several ---------------------------------------------------------------------------------------------------- */

static void a_flood_on_one_does_not_delay_another(void **state)
{
    (void)state;
    int flood, calm, silent;
    struct client *a = pair(&flood), *b = pair(&calm), *s = pair(&silent);
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 50; i++) {
        size_t before = a->heard.len;
        while (write(flood, block, sizeof block) > 0)
            continue;
        say(calm, "y");
        turn();
        assert_int_equal(b->heard.len, (size_t)i + 1); /* heard in the very next turn */
        assert_true(a->heard.len - before <= 400 * 1024);
    }
    assert_true(a->heard.len > 1 << 20);
    assert_int_equal(s->downs, 0);
    close(flood);
    close(calm);
    close(silent);
    client_free(a);
    client_free(b);
    client_free(s);
}

static void other_descriptors_are_waited_for(void **state)
{
    (void)state;
    int ends[2], peer;
    struct client *c = pair(&peer);
    assert_int_equal(pipe(ends), 0);
    struct pollfd fd = { .fd = ends[0], .events = POLLIN };
    link_set_wait(set, &fd, 1, 0);
    assert_int_equal(fd.revents, 0);
    say(ends[1], "x");
    link_set_wait(set, &fd, 1, 60000); /* comes back at once, or the guard barks */
    assert_true((fd.revents & POLLIN) != 0);
    char x;
    assert_int_equal(read(ends[0], &x, 1), 1);
    close(ends[1]);
    link_set_wait(set, &fd, 1, 60000);
    assert_true((fd.revents & POLLHUP) != 0);
    close(ends[0]);
    close(peer);
    client_free(c);
}

/* --- hooks that act ------------------------------------------------------------------------------------------------ */

static void close_now(struct client *c)
{
    link_close(c->link);
}

static void free_now(struct client *c)
{
    link_free(c->link);
    c->link = NULL;
}

static void open_again(struct client *c)
{
    link_open(c->link);
}

static void a_hook_may_close_free_and_open(void **state)
{
    (void)state;
    int peer;
    struct client *c = pair(&peer);
    c->on_fed = close_now;
    say(peer, "x");
    UNTIL(c->heard.len > 0);
    turn();
    assert_int_equal(c->downs, 0); /* it was we who closed */
    close(peer);
    c->on_down = free_now;
    link_close(c->link);
    client_free(c);

    c = pair(&peer);
    c->on_fed = free_now;
    say(peer, "x");
    UNTIL(c->heard.len > 0);
    turn();
    close(peer);
    client_free(c);

    c = pair(&peer);
    c->on_down = open_again; /* the port is closed by now */
    close(peer);
    UNTIL(c->downs >= 3);
    client_free(c);
}

/* --- ways to get there ------------------------------------------------------------------------------------------------ */

static void nobody_listens(void **state)
{
    (void)state;
    int64_t port;
    close(listener(&port));
    struct client *c = client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port });
    link_open(c->link);
    UNTIL(c->downs == 1);
    assert_int_equal(c->ups, 0);
    assert_has(c->why.text, "refuses the connection (Connection refused)");
    client_free(c);
}

static void the_environments_proxy_is_not_asked(void **state)
{
    (void)state;
    int peer;
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("all_proxy", "http://127.0.0.1:9", 1);
    struct client *c = pair(&peer);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    close(peer);
    client_free(c);
}

static void a_configured_proxy_is_tunnelled_through(void **state)
{
    (void)state;
    int64_t port;
    int fd = listener(&port);
    char proxy[64], request[1024] = "";
    size_t n = 0;
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%lld", (long long)port);
    setenv("no_proxy", "*", 1);
    struct client *c = client_new(&(struct pbx_settings){ .host = (char[]){ "pbx.example" }, .port = 5038, .proxy = proxy });
    link_open(c->link);
    int peer = accept_one(fd);
    unsetenv("no_proxy");
    while (strstr(request, "\r\n\r\n") == NULL) {
        ssize_t got = read(peer, request + n, sizeof request - 1 - n);
        n += got > 0 ? (size_t)got : 0;
        turn();
    }
    assert_has(request, "CONNECT pbx.example:5038 HTTP/1.1\r\n");
    say(peer, "HTTP/1.1 200 OK\r\n\r\nAsterisk Call Manager/11.0.0\r\n");
    UNTIL(c->heard.len > 0);
    assert_string_equal(c->heard.data, "Asterisk Call Manager/11.0.0\r\n");
    link_close(c->link);
    close(peer);
    link_open(c->link);
    peer = accept_one(fd);
    UNTIL(read(peer, request, sizeof request) > 0);
    say(peer, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    UNTIL(c->downs == 1);
    assert_has(c->why.text, "cannot reach pbx.example:5038 through the proxy");
    close(peer);
    close(fd);
    client_free(c);
}

static void a_unix_socket(void **state)
{
    (void)state;
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    snprintf(at.sun_path, sizeof at.sun_path, "/tmp/acdtop-test-%d.sock", (int)getpid());
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 1), 0);
    struct client *c = client_new(&(struct pbx_settings){ .socket_path = at.sun_path });
    link_open(c->link);
    int peer = accept_one(fd);
    say(peer, "hello\r\n");
    UNTIL(c->heard.len == 7);
    close(peer);
    close(fd);
    unlink(at.sun_path);
    client_free(c);
}

/* The program's own getaddrinfo stands before libc's: "stuck.example" gets no answer until the test ends. */
static int stuck[2] = { -1, -1 };
static volatile sig_atomic_t is_resolving;

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&real, &symbol, sizeof real);
    if (name != NULL && strcmp(name, "stuck.example") == 0) {
        char x;
        is_resolving = 1;
        while (read(stuck[0], &x, 1) < 0 && errno == EINTR)
            continue;
        return EAI_AGAIN;
    }
    return real(name, service, hints, out);
}

static void a_name_server_that_is_silent_delays_nobody(void **state)
{
    (void)state;
    int peer;
    assert_int_equal(pipe(stuck), 0);
    struct client *c = pair(&peer), *lost = client_new(&(struct pbx_settings){ .host = (char[]){ "stuck.example" }, .port = 5038 });
    link_open(lost->link);
    UNTIL(is_resolving);
    say(peer, "still here");
    UNTIL(c->heard.len == 10);
    link_close(lost->link); /* would wait for ever if it waited for the resolver */
    say(peer, " and here");
    UNTIL(c->heard.len == 19);
    close(stuck[1]);
    client_free(lost);
    close(peer);
    client_free(c);
}

/* --- TLS ---------------------------------------------------------------------------------------------------------------- */

static char folder[] = "/tmp/acdtop-link-XXXXXX";
static bool has_tls;

static int make_certificate(void **state)
{
    char command[1024];
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(command, sizeof command,
             "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 "
             "-subj /CN=acdtop-test -addext subjectAltName=IP:127.0.0.1 >/dev/null 2>&1 && "
             "openssl x509 -in cert.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64 >pin", folder);
    has_tls = system(command) == 0;
    return 0;
}

static int remove_certificate(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? 0 : -1;
}

struct server {
    pid_t pid;
    int in, out; /* what we write it says to the client; what it hears and its own remarks we read */
    int64_t port;
    struct buf heard;
};

static void server_start(struct server *s)
{
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(out[1], 2);
        if (chdir(folder) == 0)
            execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    s->in = in[1];
    s->out = out[0];
    s->heard = BUF_INIT(1 << 22);
    char *at = NULL;
    while (at == NULL || strchr(at, '\n') == NULL) {
        char part[256];
        ssize_t n = read(s->out, part, sizeof part);
        assert_true(n > 0);
        buf_add(&s->heard, (struct slice){ part, (size_t)n });
        at = strstr(s->heard.data, "ACCEPT 127.0.0.1:");
    }
    s->port = strtoll(at + strlen("ACCEPT 127.0.0.1:"), NULL, 10);
    assert_int_equal(fcntl(s->out, F_SETFL, O_NONBLOCK), 0);
}

static void server_listen(struct server *s)
{
    char part[4096];
    ssize_t n;
    while ((n = read(s->out, part, sizeof part)) > 0)
        buf_add(&s->heard, (struct slice){ part, (size_t)n });
}

static void server_stop(struct server *s)
{
    int status;
    (void)kill(s->pid, SIGKILL);
    (void)waitpid(s->pid, &status, 0);
    close(s->in);
    close(s->out);
    buf_clear(&s->heard);
}

static struct client *tls_client(int64_t port, const char *host, const char *ca, const char *pin)
{
    struct pbx_settings pbx = { .host = mem_strdup(host), .port = port, .is_tls = true, .ca = mem_strdup(ca), .pin = mem_strdup(pin) };
    struct client *c = client_new(&pbx);
    mem_free(pbx.host);
    mem_free(pbx.ca);
    mem_free(pbx.pin);
    link_open(c->link);
    UNTIL(c->ups + c->downs > 0);
    return c;
}

static void tls_refused(int64_t port, const char *host, const char *ca, const char *pin, const char *why)
{
    struct client *c = tls_client(port, host, ca, pin);
    assert_int_equal(c->ups, 0);
    assert_has(c->why.text, why);
    assert_int_equal(c->why.kind, ERR_CONFIG);
    client_free(c);
}

static const char *file_in(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void read_pin(char pin[128])
{
    FILE *f = fopen(file_in("pin"), "r");
    assert_non_null(f);
    char text[64] = "";
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    snprintf(pin, 128, "sha256//%.*s", (int)strcspn(text, "\n"), text);
}

static void tls_checks_whom_it_talks_to(void **state)
{
    (void)state;
    char pin[128];
    if (!has_tls)
        skip();
    struct server s;
    server_start(&s);
    read_pin(pin);
    tls_refused(s.port, "127.0.0.1", NULL, NULL, "is not trusted");
    tls_refused(s.port, "localhost", file_in("cert.pem"), NULL, "is for another name");
    tls_refused(s.port, "127.0.0.1", NULL, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "is not the pinned one");
    tls_refused(s.port, "127.0.0.1", file_in("cert.pem"), "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "is not the pinned one");
    tls_refused(s.port, "127.0.0.1", file_in("nothing"), NULL, "the CA file cannot be used");
    struct client *c = tls_client(s.port, "localhost", NULL, pin); /* the key itself: name and CA do not matter */
    assert_int_equal(c->ups, 1);
    client_free(c);
    server_stop(&s);
}

static void tls_to_a_plain_port(void **state)
{
    (void)state;
    int64_t port;
    int fd = listener(&port);
    struct client *c = client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port, .is_tls = true });
    link_open(c->link);
    int peer = accept_one(fd);
    say(peer, "Asterisk Call Manager/11.0.0\r\n");
    UNTIL(c->downs == 1);
    assert_has(c->why.text, "Use ami:// instead of amis://");
    close(peer);
    close(fd);
    client_free(c);
}

/* Passes bytes on between a client and the server, and looks at the client's TLS records as they go by. */
struct tap {
    int listener, client, server;
    unsigned char head[5];
    size_t head_n, body_left, records, largest;
};

static void tap_look(struct tap *t, const unsigned char *at, size_t n)
{
    while (n > 0) {
        if (t->body_left == 0) {
            t->head[t->head_n++] = *at++;
            n--;
            if (t->head_n < sizeof t->head)
                continue;
            t->head_n = 0;
            t->body_left = (size_t)t->head[3] << 8 | t->head[4];
            if (t->head[0] == 0x17) {
                t->records++;
                t->largest = t->body_left > t->largest ? t->body_left : t->largest;
            }
            continue;
        }
        size_t part = n < t->body_left ? n : t->body_left;
        t->body_left -= part;
        at += part;
        n -= part;
    }
}

static void tap_pass(struct tap *t)
{
    unsigned char bytes[65536];
    ssize_t n = read(t->client, bytes, sizeof bytes);
    if (n > 0) {
        tap_look(t, bytes, (size_t)n);
        assert_int_equal(write(t->server, bytes, (size_t)n), n);
    }
    n = recv(t->server, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0)
        assert_int_equal(write(t->client, bytes, (size_t)n), n);
}

static int connect_to(int64_t port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static void tls_records_stay_small(void **state)
{
    (void)state;
    if (!has_tls)
        skip();
    struct server s;
    struct tap t = { 0 };
    int64_t port;
    server_start(&s);
    t.listener = listener(&port);
    struct client *c = client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port, .is_tls = true, .ca = (char *)(uintptr_t)file_in("cert.pem") });
    link_open(c->link);
    t.client = accept_one(t.listener);
    t.server = connect_to(s.port);
    while (c->ups == 0) {
        tap_pass(&t);
        turn();
    }
    t.records = t.largest = 0;
    struct buf pings = BUF_INIT(1 << 16);
    for (int i = 0; i < 300; i++)
        buf_addf(&pings, "xAction: Ping\r\nActionID: %d\r\n\r\n", i); /* s_server prints what it hears */
    assert_true(link_send(c->link, buf_slice(&pings)));
    while (s.heard.data == NULL || strstr(s.heard.data, "ActionID: 299\r\n") == NULL) {
        tap_pass(&t);
        turn();
        server_listen(&s);
    }
    assert_true(t.records >= pings.len / 1024);
    assert_true(t.largest <= 1024 + 64); /* and the cipher's own */
    buf_clear(&pings);
    close(t.client);
    close(t.server);
    close(t.listener);
    client_free(c);
    server_stop(&s);
}

static void tls_keeps_nothing_back(void **state)
{
    (void)state;
    if (!has_tls)
        skip();
    struct server s;
    server_start(&s);
    struct client *c = tls_client(s.port, "127.0.0.1", file_in("cert.pem"), NULL);
    struct buf text = BUF_INIT(1 << 20);
    for (int i = 0; i < 1500; i++)
        buf_addf(&text, "x%059d\n", i);
    size_t at = 0;
    assert_int_equal(fcntl(s.in, F_SETFL, O_NONBLOCK), 0);
    while (c->heard.len < text.len) {
        ssize_t n = write(s.in, text.data + at, text.len - at);
        at += n > 0 ? (size_t)n : 0;
        server_listen(&s);
        turn();
    }
    assert_string_equal(c->heard.data, text.data);
    buf_clear(&text);
    client_free(c);
    server_stop(&s);
}

#define LINK_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(half_lines_and_a_slow_drip),
        LINK_TEST(closed_in_the_middle_of_a_line),
        LINK_TEST(reset_by_the_peer),
        LINK_TEST(requests_arrive_whole_and_in_order),
        LINK_TEST(a_peer_that_does_not_read_is_found_out),
        LINK_TEST(nothing_is_sent_before_it_stands),
        LINK_TEST(a_flood_on_one_does_not_delay_another),
        LINK_TEST(other_descriptors_are_waited_for),
        LINK_TEST(a_hook_may_close_free_and_open),
        LINK_TEST(nobody_listens),
        LINK_TEST(the_environments_proxy_is_not_asked),
        LINK_TEST(a_configured_proxy_is_tunnelled_through),
        LINK_TEST(a_unix_socket),
        LINK_TEST(a_name_server_that_is_silent_delays_nobody),
        LINK_TEST(tls_checks_whom_it_talks_to),
        LINK_TEST(tls_to_a_plain_port),
        LINK_TEST(tls_records_stay_small),
        LINK_TEST(tls_keeps_nothing_back),
    };
    return cmocka_run_group_tests_name("link", tests, make_certificate, remove_certificate);
}
