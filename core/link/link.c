/* SPDX-License-Identifier: MIT */
/* link: libcurl connects (CONNECT_ONLY), then we send and receive on its socket; all links of the process share one multi handle
 * and one wait. Bytes go straight into the receiver's room; what is to be sent waits in a bounded buffer and leaves in pieces.
 * Owns the curl handles. Reads no AMI.
 *
 * Hooks run only outside of libcurl, and may open, close and free any link: a link freed while the set is at work is
 * only marked, and goes at the end of the turn. */
#include "core/link/link.h"

#include "core/base/buf.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/config/settings.h"
#include "core/floor/fact.h"
#include "core/link/link_refusal.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>

enum {
    PIECE_MAX = 1024,             /* ami.md 3.4 */
    OUT_MAX = 256 * 1024,
    TURN_MAX = 256 * 1024,        /* received of one link before the others have their turn */
    CONNECT_MAX_MS = 10000,
    KEEP_IDLE_S = 20, KEEP_EVERY_S = 5
};

enum link_phase { LINK_CLOSED, LINK_OPENING, LINK_OPEN };

struct link {
    struct list in_set;
    struct link_set *set;
    struct link_hooks hooks;
    char *url, *socket_path, *ca, *pin, *proxy, *host;
    int64_t ip_resolve;
    bool is_tls, is_dead;
    enum link_phase phase;
    CURL *easy;
    curl_socket_t socket;
    char detail[CURL_ERROR_SIZE];
    char *address, *own_address;
    int64_t certificate_until_ms;
    struct buf out;
    char piece[PIECE_MAX];        /* given to libcurl already: TLS wants the same bytes again after AGAIN */
    size_t piece_n, piece_at;
    bool has_more;                /* its turn ended before its socket was empty */
    size_t waitfd;                /* place among the descriptors of this turn; 0: none */
    uint64_t opened;              /* counts link_open: a hook may have reopened it */
};

struct link_set {
    CURLM *multi;
    struct list links;
    struct curl_waitfd *fd;
    size_t fd_cap;
    bool is_working;
};

/* --- the set ------------------------------------------------------------------------------------------ */

const char *link_library(void)
{
    return curl_version();
}

struct link_set *link_set_new(struct err *err)
{
    CURLM *multi = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_multi_init() : NULL;
    if (multi == NULL) {
        err_set(err, ERR_SYSTEM, "cannot start libcurl, which carries the connections to the PBXs");
        return NULL;
    }
    struct link_set *set = mem_alloc(sizeof *set);
    set->multi = multi;
    list_init(&set->links);
    return set;
}

static void destroy(struct link *l)
{
    list_remove(&l->in_set);
    buf_wipe(&l->out);
    mem_free(l->url);
    mem_free(l->socket_path);
    mem_free(l->ca);
    mem_free(l->pin);
    mem_free(l->proxy);
    mem_free(l->host);
    mem_free(l->address);
    mem_free(l->own_address);
    mem_free(l);
}

void link_set_free(struct link_set *set)
{
    if (set == NULL)
        return;
    LIST_EACH_SAFE(at, &set->links)
    {
        struct link *l = LIST_ENTITY(at, struct link, in_set);
        link_close(l);
        destroy(l);
    }
    (void)curl_multi_cleanup(set->multi);
    mem_free(set->fd);
    mem_free(set);
    curl_global_cleanup();
}

/* --- one link ------------------------------------------------------------------------------------------- */

static bool is_v6(const char *host)
{
    return host != NULL && strchr(host, ':') != NULL && host[0] != '[';
}

static char *url_of(const struct pbx_settings *pbx)
{
    struct buf url = BUF_INIT(4096);
    const char *host = pbx->socket_path != NULL || pbx->host == NULL ? "localhost" : pbx->host;
    buf_addf(&url, is_v6(host) ? "%s://[%s]" : "%s://%s", pbx->is_tls ? "https" : "http", host);
    if (pbx->socket_path == NULL && pbx->port > 0)
        buf_addf(&url, ":%lld", (long long)pbx->port);
    char *text = mem_text(buf_slice(&url));
    buf_clear(&url);
    return text;
}

static char *host_of(const struct pbx_settings *pbx)
{
    struct buf name = BUF_INIT(4096);
    if (pbx->socket_path != NULL)
        buf_addf(&name, "%s", pbx->socket_path);
    else
        buf_addf(&name, is_v6(pbx->host) ? "[%s]:%lld" : "%s:%lld", pbx->host != NULL ? pbx->host : "localhost", (long long)pbx->port);
    char *text = mem_text(buf_slice(&name));
    buf_clear(&name);
    return text;
}

static int64_t resolve_of(const char *family)
{
    if (family != NULL && strcmp(family, "4") == 0)
        return CURL_IPRESOLVE_V4;
    return family != NULL && strcmp(family, "6") == 0 ? CURL_IPRESOLVE_V6 : CURL_IPRESOLVE_WHATEVER;
}

struct link *link_new(struct link_set *set, const struct pbx_settings *pbx, const struct link_hooks *hooks)
{
    struct link *l = mem_alloc(sizeof *l);
    l->set = set;
    l->hooks = *hooks;
    l->url = url_of(pbx);
    l->host = host_of(pbx);
    l->socket_path = mem_strdup(pbx->socket_path);
    l->ca = mem_strdup(pbx->ca);
    l->pin = mem_strdup(pbx->pin);
    l->proxy = mem_strdup(pbx->proxy);
    l->is_tls = pbx->is_tls;
    l->ip_resolve = resolve_of(pbx->address_family);
    l->out = BUF_INIT(OUT_MAX);
    list_append(&set->links, &l->in_set);
    return l;
}

void link_free(struct link *l)
{
    if (l == NULL)
        return;
    link_close(l);
    if (l->set->is_working)
        l->is_dead = true;
    else
        destroy(l);
}

void link_close(struct link *l)
{
    if (l->easy != NULL) {
        (void)curl_multi_remove_handle(l->set->multi, l->easy);
        curl_easy_cleanup(l->easy);
    }
    l->easy = NULL;
    l->phase = LINK_CLOSED;
    l->has_more = false;
    l->waitfd = 0;
    l->piece_n = l->piece_at = 0;
    mem_wipe(l->piece, sizeof l->piece);
    buf_wipe(&l->out);
}

static void fail(struct link *l, enum refusal why, const char *detail)
{
    struct err err;
    refusal_sentence(why, l->host, NULL, detail, &err);
    link_close(l);
    l->hooks.down(l->hooks.context, &err);
}

/* What a user may not set, or the environment may not decide, is set here for every handle. */
static void set_route(struct link *l, CURL *easy)
{
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, l->proxy != NULL ? l->proxy : ""); /* else http_proxy would get the login */
    (void)curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, l->proxy != NULL ? 1L : 0L);
    (void)curl_easy_setopt(easy, CURLOPT_IPRESOLVE, (long)l->ip_resolve);
    if (l->socket_path != NULL)
        (void)curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, l->socket_path);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MAX_MS);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEP_IDLE_S);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEP_EVERY_S);
    (void)curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* A name server that does not answer must not hold up the other links: closing would wait for the resolver's thread. */
    (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

/* A pin without a CA file names the key itself: that is proof enough, and PBXs sign their own certificates. Whoever sets
 * both wants both. */
static void set_trust(struct link *l, CURL *easy)
{
    bool is_pin_enough = l->pin != NULL && l->ca == NULL;
    (void)curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, is_pin_enough ? 0L : 1L);
    (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, is_pin_enough ? 0L : 2L);
    if (l->ca != NULL) {
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, l->ca);
        (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (l->pin != NULL)
        (void)curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, l->pin);
}

void link_open(struct link *l)
{
    link_close(l);
    l->opened++;
    l->phase = LINK_OPENING;
    l->detail[0] = '\0';
    l->easy = curl_easy_init();
    if (l->easy == NULL)
        return; /* told in the next turn */
    (void)curl_easy_setopt(l->easy, CURLOPT_URL, l->url);
    (void)curl_easy_setopt(l->easy, CURLOPT_CONNECT_ONLY, 1L);
    (void)curl_easy_setopt(l->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(l->easy, CURLOPT_ERRORBUFFER, l->detail);
    (void)curl_easy_setopt(l->easy, CURLOPT_PRIVATE, l);
    set_route(l, l->easy);
    set_trust(l, l->easy);
    if (curl_multi_add_handle(l->set->multi, l->easy) != CURLM_OK) {
        curl_easy_cleanup(l->easy);
        l->easy = NULL;
    }
}

/* --- sending --------------------------------------------------------------------------------------------- */

/* The next piece: as many whole lines as fit; a longer line is cut, which only costs time. */
static void take_piece(struct link *l)
{
    size_t n = l->out.len < PIECE_MAX ? l->out.len : PIECE_MAX;
    const char *end = n < l->out.len ? memrchr(l->out.data, '\n', n) : NULL;
    if (end != NULL)
        n = (size_t)(end - l->out.data) + 1;
    memcpy(l->piece, l->out.data, n);
    l->piece_n = n;
    l->piece_at = 0;
    if (n == l->out.len)
        buf_wipe(&l->out); /* it may have held a secret */
    else
        buf_drop(&l->out, n);
}

/* False: the connection is gone. */
static bool push(struct link *l)
{
    while (l->piece_at < l->piece_n || l->out.len > 0) {
        if (l->piece_at == l->piece_n)
            take_piece(l);
        size_t sent = 0;
        CURLcode code = curl_easy_send(l->easy, l->piece + l->piece_at, l->piece_n - l->piece_at, &sent);
        if (code == CURLE_AGAIN)
            return true;
        if (code != CURLE_OK)
            return false;
        l->piece_at += sent;
    }
    mem_wipe(l->piece, sizeof l->piece);
    return true;
}

bool link_send(struct link *l, struct slice bytes)
{
    if (l->phase != LINK_OPEN)
        return false;
    if (!buf_add(&l->out, bytes))
        return false;
    (void)push(l); /* a lost connection shows when it is read */
    return true;
}

/* --- receiving --------------------------------------------------------------------------------------------- */

static void receive(struct link *l)
{
    uint64_t opened = l->opened;
    size_t turn = 0;
    l->has_more = false;
    while (l->phase == LINK_OPEN && l->opened == opened) {
        size_t room = 0, n = 0;
        if (turn >= TURN_MAX) {
            l->has_more = true;
            return;
        }
        char *at = l->hooks.room(l->hooks.context, &room);
        if (at == NULL || room == 0) {
            l->hooks.fed(l->hooks.context, 0); /* lets the reader say what is wrong, and close */
            return;
        }
        CURLcode code = curl_easy_recv(l->easy, at, room, &n);
        if (code == CURLE_AGAIN)
            return;
        if (code != CURLE_OK || n == 0) {
            fail(l, REFUSAL_CLOSED, code != CURLE_OK ? (l->detail[0] != '\0' ? l->detail : curl_easy_strerror(code)) : NULL);
            return;
        }
        turn += n;
        l->hooks.fed(l->hooks.context, n);
    }
}

/* --- the wait ------------------------------------------------------------------------------------------------ */

/* "Expire date:Nov 22 05:00:00 2027 GMT" of the first certificate, which is the PBX's own. */
static int64_t certificate_until(CURL *easy)
{
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL || chain->num_of_certs < 1)
        return 0;
    for (const struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next) {
        struct slice value, name = slice_cut(slice_of(line->data), ':', &value);
        int64_t seconds = slice_eq_nocase(name, SLICE("Expire date")) ? (int64_t)curl_getdate(value.p, NULL) : -1;
        if (seconds > 0)
            return seconds * 1000;
    }
    return 0;
}

static void learn_ends(struct link *l)
{
    char *address = NULL, *own = NULL;
    (void)curl_easy_getinfo(l->easy, CURLINFO_PRIMARY_IP, &address);
    (void)curl_easy_getinfo(l->easy, CURLINFO_LOCAL_IP, &own);
    if (l->socket_path == NULL && address != NULL && address[0] != '\0')
        mem_assign(&l->address, slice_of(address));
    if (l->socket_path == NULL && own != NULL && own[0] != '\0')
        mem_assign(&l->own_address, slice_of(own));
    l->certificate_until_ms = l->is_tls ? certificate_until(l->easy) : 0;
}

void link_report(const struct link *l, struct fact_pbx *out)
{
    out->address = l->address;
    out->own_address = l->own_address;
    out->certificate_until = l->certificate_until_ms;
}

static void opened(struct link *l, CURLcode code)
{
    learn_ends(l);
    if (code != CURLE_OK) {
        long os_error = 0;
        (void)curl_easy_getinfo(l->easy, CURLINFO_OS_ERRNO, &os_error);
        enum refusal why = link_refusal(code, (int)os_error, l->detail, l->proxy != NULL);
        char detail[CURL_ERROR_SIZE];
        (void)snprintf(detail, sizeof detail, "%s", code == CURLE_COULDNT_CONNECT && os_error != 0 ? strerror((int)os_error) :
                                                    l->detail[0] != '\0' ? l->detail : curl_easy_strerror(code));
        fail(l, why, code == CURLE_COULDNT_RESOLVE_HOST ? NULL : detail);
        return;
    }
    if (curl_easy_getinfo(l->easy, CURLINFO_ACTIVESOCKET, &l->socket) != CURLE_OK || l->socket == CURL_SOCKET_BAD) {
        fail(l, REFUSAL_CLOSED, "libcurl names no socket");
        return;
    }
    l->phase = LINK_OPEN;
    l->has_more = true; /* the greeting may be here already */
    l->hooks.up(l->hooks.context);
}

static void take_results(struct link_set *set)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(set->multi, &left)) != NULL) {
        struct link *l = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE || curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &l) != CURLE_OK || l == NULL)
            continue;
        opened(l, code);
    }
}

static void add_fd(struct link_set *set, size_t *count, curl_socket_t fd, short events)
{
    if (*count == set->fd_cap) {
        set->fd_cap = set->fd_cap * 2 + 16;
        set->fd = mem_resize(set->fd, set->fd_cap, sizeof *set->fd);
    }
    set->fd[(*count)++] = (struct curl_waitfd){ .fd = fd, .events = events };
}

static short to_curl(short events)
{
    return (short)(((events & POLLIN) != 0 ? CURL_WAIT_POLLIN : 0) | ((events & POLLPRI) != 0 ? CURL_WAIT_POLLPRI : 0) |
                   ((events & POLLOUT) != 0 ? CURL_WAIT_POLLOUT : 0));
}

/* Puts the descriptors together; true when some link needs no wait. */
static bool gather(struct link_set *set, const struct pollfd *extra, size_t extra_count, size_t *count)
{
    bool is_urgent = false;
    for (size_t i = 0; i < extra_count; i++)
        add_fd(set, count, extra[i].fd, to_curl(extra[i].events));
    LIST_EACH(at, &set->links)
    {
        struct link *l = LIST_ENTITY(at, struct link, in_set);
        l->waitfd = 0;
        if (l->phase == LINK_OPEN) {
            bool has_unsent = l->piece_at < l->piece_n || l->out.len > 0;
            add_fd(set, count, l->socket, has_unsent ? CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN);
            l->waitfd = *count;
        }
        is_urgent = is_urgent || l->has_more || (l->phase == LINK_OPENING && l->easy == NULL);
    }
    return is_urgent;
}

static void serve(struct link *l, short ready)
{
    if (l->phase == LINK_OPENING && l->easy == NULL) {
        fail(l, REFUSAL_CLOSED, "libcurl gives no handle");
        return;
    }
    if (l->phase != LINK_OPEN)
        return;
    if ((ready & CURL_WAIT_POLLOUT) != 0 && !push(l)) {
        receive(l); /* what it said before it went */
        if (l->phase == LINK_OPEN)
            fail(l, REFUSAL_CLOSED, NULL);
        return;
    }
    if (ready != 0 || l->has_more)
        receive(l);
}

static void bury(struct link_set *set)
{
    LIST_EACH_SAFE(at, &set->links)
    {
        struct link *l = LIST_ENTITY(at, struct link, in_set);
        if (l->is_dead)
            destroy(l);
    }
}

void link_set_wait(struct link_set *set, struct pollfd *extra, size_t extra_count, int64_t wait_ms)
{
    size_t count = 0;
    int running;
    bool is_urgent = gather(set, extra, extra_count, &count);
    int64_t wait = is_urgent || wait_ms < 0 ? 0 : wait_ms > 60000 ? 60000 : wait_ms;
    (void)curl_multi_poll(set->multi, set->fd, (unsigned)count, (int)wait, NULL);
    (void)poll(extra, extra_count, 0); /* libcurl keeps POLLHUP and POLLERR to itself */
    set->is_working = true;
    (void)curl_multi_perform(set->multi, &running);
    LIST_EACH(at, &set->links)
    {
        struct link *l = LIST_ENTITY(at, struct link, in_set);
        if (!l->is_dead)
            serve(l, l->waitfd != 0 ? set->fd[l->waitfd - 1].revents : 0);
    }
    take_results(set);
    set->is_working = false;
    bury(set);
}
