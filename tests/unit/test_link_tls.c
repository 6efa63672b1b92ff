/* SPDX-License-Identifier: MIT */
/* link: TLS. The peers are `openssl s_server`, with certificates made here. */
#include "tests/unit/support_link.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/floor/fact.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- TLS ---------------------------------------------------------------------------------------------------------------- */

static char folder[TEMP_PATH_MAX];
static bool has_tls;

static int make_certificate(void **state)
{
    char command[1024];
    (void)state;
    temp_template(folder);
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
    char command[256];
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
    struct client *c = support_client_new(&pbx);
    mem_free(pbx.host);
    mem_free(pbx.ca);
    mem_free(pbx.pin);
    link_open(c->link);
    UNTIL(c->ups + c->downs > 0);
    return c;
}

/* Both ends and the certificate's end are known once a link stood. */
static void both_ends_are_told(const struct client *c)
{
    struct fact_pbx told = { 0 };
    link_report(c->link, &told);
    assert_string_equal(told.address, "127.0.0.1");
    assert_string_equal(told.own_address, "127.0.0.1");
    assert_true(told.certificate_until > clock_wall_ms());
}

static void tls_refused(int64_t port, const char *host, const char *ca, const char *pin, const char *why)
{
    struct client *c = tls_client(port, host, ca, pin);
    assert_int_equal(c->ups, 0);
    support_has(c->why.text, why);
    assert_int_equal(c->why.kind, ERR_CONFIG);
    support_client_free(c);
}

static const char *file_in(const char *name)
{
    static char path[256];
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
    both_ends_are_told(c);
    support_client_free(c);
    server_stop(&s);
}

static void tls_to_a_plain_port(void **state)
{
    (void)state;
    int64_t port;
    int fd = support_listener(&port);
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port, .is_tls = true });
    link_open(c->link);
    int peer = support_accept(fd);
    support_say(peer, "Asterisk Call Manager/11.0.0\r\n");
    UNTIL(c->downs == 1);
    support_has(c->why.text, "Use ami:// instead of amis://");
    close(peer);
    close(fd);
    support_client_free(c);
}

/* A peer that takes the connection, hears our first words and hangs up. */
static void tls_peer_hangs_up_in_the_handshake(void **state)
{
    (void)state;
    int64_t port;
    int fd = support_listener(&port);
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port, .is_tls = true });
    link_open(c->link);
    close(support_accept(fd));
    UNTIL(c->downs == 1);
    support_has(c->why.text, "Is this the TLS port? In manager.conf: tlsenable = yes, tlsbindaddr");
    close(fd);
    support_client_free(c);
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
    t.listener = support_listener(&port);
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port, .is_tls = true, .ca = (char *)(uintptr_t)file_in("cert.pem") });
    link_open(c->link);
    t.client = support_accept(t.listener);
    t.server = connect_to(s.port);
    while (c->ups == 0) {
        tap_pass(&t);
        support_turn();
    }
    t.records = t.largest = 0;
    struct buf pings = BUF_INIT(1 << 16);
    for (int i = 0; i < 300; i++)
        buf_addf(&pings, "xAction: Ping\r\nActionID: %d\r\n\r\n", i); /* s_server prints what it hears */
    assert_true(link_send(c->link, buf_slice(&pings)));
    while (s.heard.data == NULL || strstr(s.heard.data, "ActionID: 299\r\n") == NULL) {
        tap_pass(&t);
        support_turn();
        server_listen(&s);
    }
    assert_true(t.records >= pings.len / 1024);
    assert_true(t.largest <= 1024 + 64); /* and the cipher's own */
    buf_clear(&pings);
    close(t.client);
    close(t.server);
    close(t.listener);
    support_client_free(c);
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
        support_turn();
    }
    assert_string_equal(c->heard.data, text.data);
    buf_clear(&text);
    support_client_free(c);
    server_stop(&s);
}

#define LINK_TEST(f) cmocka_unit_test_setup_teardown(f, support_link_set_up, support_link_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(tls_checks_whom_it_talks_to),
        LINK_TEST(tls_to_a_plain_port),
        LINK_TEST(tls_peer_hangs_up_in_the_handshake),
        LINK_TEST(tls_records_stay_small),
        LINK_TEST(tls_keeps_nothing_back),
    };
    return cmocka_run_group_tests_name("link TLS", tests, make_certificate, remove_certificate);
}
