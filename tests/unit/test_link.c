/* SPDX-License-Identifier: MIT */
/* link: against peers on loopback, in this very process, without sleeping: every turn of the wait also moves the peer. */
#include "tests/unit/support_link.h"
#include "tests/unit/support_temp.h"

#include <dlfcn.h>
#include <errno.h>
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
#include <unistd.h>

#include <cmocka.h>

/* --- bytes ---------------------------------------------------------------------------------------------------- */

static void half_lines_and_a_slow_drip(void **state)
{
    (void)state;
    int peer;
    struct client *c = support_pair(&peer);
    const char *text = "Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n";
    for (size_t i = 0; i < strlen(text); i++) {
        assert_int_equal(write(peer, text + i, 1), 1);
        UNTIL(c->heard.len == i + 1);
    }
    assert_string_equal(c->heard.data, text);
    close(peer);
    support_client_free(c);
}

static void closed_in_the_middle_of_a_line(void **state)
{
    (void)state;
    int peer;
    struct client *c = support_pair(&peer);
    support_say(peer, "Event: Queue");
    close(peer);
    UNTIL(c->downs == 1);
    assert_string_equal(c->heard.data, "Event: Queue"); /* what was said before is heard first */
    support_has(c->why.text, "closed the connection");
    assert_false(link_send(c->link, SLICE("x\r\n")));
    support_client_free(c);
}

static void reset_by_the_peer(void **state)
{
    (void)state;
    int peer;
    struct client *c = support_pair(&peer);
    struct linger at_once = { .l_onoff = 1 };
    assert_int_equal(setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(peer);
    UNTIL(c->downs == 1);
    support_has(c->why.text, "closed the connection");
    support_client_free(c);
}

static void requests_arrive_whole_and_in_order(void **state)
{
    (void)state;
    int peer;
    struct client *c = support_pair(&peer);
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
        support_turn();
    }
    assert_string_equal(got.data, want.data);
    buf_clear(&want);
    buf_clear(&got);
    close(peer);
    support_client_free(c);
}

static void a_peer_that_does_not_read_is_found_out(void **state)
{
    (void)state;
    int peer;
    struct client *c = support_pair(&peer);
    char block[8192];
    memset(block, 'x', sizeof block);
    bool is_taken = true;
    for (int i = 0; is_taken && i < 10000; i++) /* 80 MB: more than sockets hold */
        is_taken = link_send(c->link, (struct slice){ block, sizeof block });
    assert_false(is_taken);
    close(peer);
    support_client_free(c);
}

static void nothing_is_sent_before_it_stands(void **state)
{
    (void)state;
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = 9 });
    assert_false(link_send(c->link, SLICE("Action: Login\r\n")));
    link_open(c->link);
    assert_false(link_send(c->link, SLICE("Action: Login\r\n")));
    support_client_free(c);
}

/* --- several ---------------------------------------------------------------------------------------------------- */

static void a_flood_on_one_does_not_delay_another(void **state)
{
    (void)state;
    int flood, calm, silent;
    struct client *a = support_pair(&flood), *b = support_pair(&calm), *s = support_pair(&silent);
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 50; i++) {
        size_t before = a->heard.len;
        while (write(flood, block, sizeof block) > 0)
            continue;
        support_say(calm, "y");
        support_turn();
        assert_int_equal(b->heard.len, (size_t)i + 1); /* heard in the very next turn */
        assert_true(a->heard.len - before <= 400 * 1024);
    }
    assert_true(a->heard.len > 1 << 20);
    assert_int_equal(s->downs, 0);
    close(flood);
    close(calm);
    close(silent);
    support_client_free(a);
    support_client_free(b);
    support_client_free(s);
}

static void other_descriptors_are_waited_for(void **state)
{
    (void)state;
    int ends[2], peer;
    struct client *c = support_pair(&peer);
    assert_int_equal(pipe(ends), 0);
    struct pollfd fd = { .fd = ends[0], .events = POLLIN };
    link_set_wait(support_set, &fd, 1, 0);
    assert_int_equal(fd.revents, 0);
    support_say(ends[1], "x");
    link_set_wait(support_set, &fd, 1, 60000); /* comes back at once, or the guard barks */
    assert_true((fd.revents & POLLIN) != 0);
    char x;
    assert_int_equal(read(ends[0], &x, 1), 1);
    close(ends[1]);
    link_set_wait(support_set, &fd, 1, 60000);
    assert_true((fd.revents & POLLHUP) != 0);
    close(ends[0]);
    close(peer);
    support_client_free(c);
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
    struct client *c = support_pair(&peer);
    c->on_fed = close_now;
    support_say(peer, "x");
    UNTIL(c->heard.len > 0);
    support_turn();
    assert_int_equal(c->downs, 0); /* it was we who closed */
    close(peer);
    c->on_down = free_now;
    link_close(c->link);
    support_client_free(c);

    c = support_pair(&peer);
    c->on_fed = free_now;
    support_say(peer, "x");
    UNTIL(c->heard.len > 0);
    support_turn();
    close(peer);
    support_client_free(c);

    c = support_pair(&peer);
    c->on_down = open_again; /* the port is closed by now */
    close(peer);
    UNTIL(c->downs >= 3);
    support_client_free(c);
}

/* --- ways to get there ------------------------------------------------------------------------------------------------ */

static void nobody_listens(void **state)
{
    (void)state;
    int64_t port;
    close(support_listener(&port));
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "127.0.0.1" }, .port = port });
    link_open(c->link);
    UNTIL(c->downs == 1);
    assert_int_equal(c->ups, 0);
    support_has(c->why.text, "refuses the connection (Connection refused)");
    support_client_free(c);
}

static void the_environments_proxy_is_not_asked(void **state)
{
    (void)state;
    int peer;
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("all_proxy", "http://127.0.0.1:9", 1);
    struct client *c = support_pair(&peer);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    close(peer);
    support_client_free(c);
}

static void a_configured_proxy_is_tunnelled_through(void **state)
{
    (void)state;
    int64_t port;
    int fd = support_listener(&port);
    char proxy[64], request[1024] = "";
    size_t n = 0;
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%lld", (long long)port);
    setenv("no_proxy", "*", 1);
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "pbx.example" }, .port = 5038, .proxy = proxy });
    link_open(c->link);
    int peer = support_accept(fd);
    unsetenv("no_proxy");
    while (strstr(request, "\r\n\r\n") == NULL) {
        ssize_t got = read(peer, request + n, sizeof request - 1 - n);
        n += got > 0 ? (size_t)got : 0;
        support_turn();
    }
    support_has(request, "CONNECT pbx.example:5038 HTTP/1.1\r\n");
    support_say(peer, "HTTP/1.1 200 OK\r\n\r\nAsterisk Call Manager/11.0.0\r\n");
    UNTIL(c->heard.len > 0);
    assert_string_equal(c->heard.data, "Asterisk Call Manager/11.0.0\r\n");
    link_close(c->link);
    close(peer);
    link_open(c->link);
    peer = support_accept(fd);
    UNTIL(read(peer, request, sizeof request) > 0);
    support_say(peer, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    UNTIL(c->downs == 1);
    support_has(c->why.text, "cannot reach pbx.example:5038 through the proxy");
    close(peer);
    close(fd);
    support_client_free(c);
}

static void read_exactly(int fd, unsigned char *to, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, to + at, n - at);
        at += got > 0 ? (size_t)got : 0;
        support_turn();
    }
}

static void a_socks_proxy(void **state)
{
    (void)state;
    int64_t port;
    int fd = support_listener(&port);
    char proxy[64];
    unsigned char got[64];
    snprintf(proxy, sizeof proxy, "socks5h://127.0.0.1:%lld", (long long)port);
    struct client *c = support_client_new(&(struct pbx_settings){ .host = (char[]){ "pbx.example" }, .port = 5038, .proxy = proxy });
    link_open(c->link);
    int peer = support_accept(fd);
    read_exactly(peer, got, 2);
    assert_int_equal(got[0], 5);
    read_exactly(peer, got + 2, got[1]);
    assert_int_equal(write(peer, "\5\0", 2), 2);
    read_exactly(peer, got, 5 + 11 + 2); /* its name is resolved there, not here */
    assert_memory_equal(got, "\5\1\0\3\13pbx.example\23\256", 18);
    assert_int_equal(write(peer, "\5\0\0\1\0\0\0\0\0\0", 10), 10);
    UNTIL(c->ups == 1);
    support_say(peer, "Asterisk");
    UNTIL(c->heard.len == 8);
    close(peer);
    close(fd);
    support_client_free(c);
}

static void ipv6_and_only_where_wanted(void **state)
{
    (void)state;
    struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    socklen_t n = sizeof at;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        if (fd >= 0)
            close(fd);
        print_message("no IPv6 on this machine\n");
        skip();
    }
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    struct pbx_settings pbx = { .host = (char[]){ "::1" }, .port = ntohs(at.sin6_port) };
    struct client *c = support_client_new(&pbx);
    link_open(c->link);
    int peer = support_accept(fd);
    UNTIL(c->ups == 1);
    close(peer);
    UNTIL(c->downs == 1);
    support_has(c->why.text, "[::1]:");
    support_client_free(c);
    pbx.address_family = (char[]){ "4" };
    c = support_client_new(&pbx);
    link_open(c->link);
    UNTIL(c->downs == 1);
    assert_int_equal(c->ups, 0);
    close(fd);
    support_client_free(c);
}

static void a_unix_socket(void **state)
{
    (void)state;
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    temp_template(at.sun_path); /* as it is: nobody else has that folder */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 1), 0);
    struct client *c = support_client_new(&(struct pbx_settings){ .socket_path = at.sun_path });
    link_open(c->link);
    int peer = support_accept(fd);
    support_say(peer, "hello\r\n");
    UNTIL(c->heard.len == 7);
    close(peer);
    close(fd);
    unlink(at.sun_path);
    support_client_free(c);
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
    struct client *c = support_pair(&peer), *lost = support_client_new(&(struct pbx_settings){ .host = (char[]){ "stuck.example" }, .port = 5038 });
    link_open(lost->link);
    UNTIL(is_resolving);
    support_say(peer, "still here");
    UNTIL(c->heard.len == 10);
    link_close(lost->link); /* would wait for ever if it waited for the resolver */
    support_say(peer, " and here");
    UNTIL(c->heard.len == 19);
    close(stuck[1]);
    support_client_free(lost);
    close(peer);
    support_client_free(c);
}

#define LINK_TEST(f) cmocka_unit_test_setup_teardown(f, support_link_set_up, support_link_tear_down)

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
        LINK_TEST(a_socks_proxy),
        LINK_TEST(ipv6_and_only_where_wanted),
        LINK_TEST(a_unix_socket),
        LINK_TEST(a_name_server_that_is_silent_delays_nobody),
    };
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
