/* SPDX-License-Identifier: MIT */
/* url: ami://USER@HOST[:PORT], amis:// for TLS, unix:///PATH?user=USER for the simulator.
 * HOST is a name, an IPv4 address or [IPv6]. USER may be percent-encoded. A password is
 * refused: URLs stand in process lists, shell histories and screenshots. */
#include "core/config/url.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"

enum { PORT_PLAIN = 5038, PORT_TLS = 5039, USER_MAX_BYTES = 256, HOST_MAX_BYTES = 255 };

static const char example[] = "ami://wallboard@pbx.example.com:5038";

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(struct slice s, struct buf *out)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            (void)buf_add_char(out, s.p[i]);
            continue;
        }
        if (s.n - i < 3 || hex_value(s.p[i + 1]) < 0 || hex_value(s.p[i + 2]) < 0)
            return false;
        (void)buf_add_char(out, (char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2])));
        i += 2;
    }
    return !out->overflow;
}

static bool is_plain(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return utf8_is_valid(s);
}

static bool read_user(struct pbx_settings *pbx, struct slice text, struct err *err)
{
    struct buf user = BUF_INIT(USER_MAX_BYTES);
    bool ok = decode(text, &user) && user.len > 0 && is_plain(buf_slice(&user));
    if (ok)
        (void)mem_assign(&pbx->user, buf_slice(&user));
    buf_clear(&user);
    return ok || err_set(err, ERR_CONFIG, "the url has no usable AMI user before the '@'; write it like %s", example);
}

static bool is_host_char(char c, bool is_ipv6)
{
    bool is_alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    return is_alnum || c == '.' || c == '-' || c == '_' || (is_ipv6 && (c == ':' || c == '%')) || (unsigned char)c >= 0x80;
}

static bool read_host(struct pbx_settings *pbx, struct slice host, bool is_ipv6, struct err *err)
{
    bool ok = host.n > 0 && host.n <= HOST_MAX_BYTES && host.p[0] != '-' && utf8_is_valid(host);
    for (size_t i = 0; ok && i < host.n; i++)
        ok = is_host_char(host.p[i], is_ipv6);
    if (ok && is_ipv6)
        ok = memchr(host.p, ':', host.n) != NULL;
    if (!ok)
        return err_set(err, ERR_CONFIG, "the url has no usable host after the '@'; write it like %s (IPv6 in brackets)", example);
    (void)mem_assign(&pbx->host, host);
    return true;
}

static bool read_port(struct pbx_settings *pbx, struct slice text, struct err *err)
{
    pbx->port = pbx->is_tls ? PORT_TLS : PORT_PLAIN;
    if (text.p == NULL || slice_int(text, 1, 65535, &pbx->port))
        return true;
    return err_set(err, ERR_CONFIG, "the url's port '%.*s' is not a number from 1 to 65535", SLICE_FMT(text));
}

static bool read_place(struct pbx_settings *pbx, struct slice place, struct err *err)
{
    struct slice port;
    if (place.n == 0 || place.p[0] != '[') {
        struct slice host = slice_cut(place, ':', &port);
        if (port.p != NULL && memchr(port.p, ':', port.n) != NULL)
            return err_set(err, ERR_CONFIG, "the url's host '%.*s' looks like IPv6, which is written in brackets: [%.*s]", SLICE_FMT(place),
                           SLICE_FMT(place));
        return read_host(pbx, host, false, err) && read_port(pbx, port, err);
    }
    struct slice rest;
    struct slice host = slice_cut((struct slice){ place.p + 1, place.n - 1 }, ']', &rest);
    if (rest.p == NULL || (rest.n > 0 && rest.p[0] != ':'))
        return err_set(err, ERR_CONFIG, "the url's '[' has no ']' that ends the IPv6 address");
    port = rest.n > 0 ? (struct slice){ rest.p + 1, rest.n - 1 } : (struct slice){ NULL, 0 };
    return read_host(pbx, host, true, err) && read_port(pbx, port, err);
}

static bool read_network(struct pbx_settings *pbx, struct slice rest, struct err *err)
{
    if (rest.n > 0 && rest.p[rest.n - 1] == '/')
        rest.n--;
    const char *at = rest.n > 0 ? memrchr(rest.p, '@', rest.n) : NULL; /* a name may hold an '@', a host may not */
    if (at == NULL)
        return err_set(err, ERR_CONFIG, "the url names no AMI user; write it like %s", example);
    struct slice user = { rest.p, (size_t)(at - rest.p) };
    if (memchr(user.p, ':', user.n) != NULL)
        return err_set(err, ERR_CONFIG, "the url holds a password, which others could read in the process list or over a shoulder; take ':' and the "
                                        "password out of it and use secret_file (--secret-file FILE)");
    return read_user(pbx, user, err) && read_place(pbx, (struct slice){ at + 1, rest.n - user.n - 1 }, err);
}

static bool read_socket(struct pbx_settings *pbx, struct slice rest, struct err *err)
{
    struct slice query;
    struct slice path = slice_cut(rest, '?', &query);
    struct buf decoded = BUF_INIT(107); /* sun_path */
    bool ok = decode(path, &decoded) && decoded.len > 1 && decoded.data[0] == '/' && is_plain(buf_slice(&decoded));
    if (ok)
        (void)mem_assign(&pbx->socket_path, buf_slice(&decoded));
    buf_clear(&decoded);
    if (!ok)
        return err_set(err, ERR_CONFIG, "the url's socket path must be absolute and at most 107 bytes: unix:///PATH?user=USER");
    if (!slice_starts(query, SLICE("user=")))
        return err_set(err, ERR_CONFIG, "the url names no AMI user; write it like unix:///PATH?user=USER");
    return read_user(pbx, (struct slice){ query.p + 5, query.n - 5 }, err);
}

bool url_read(struct pbx_settings *pbx, struct err *err)
{
    static const struct {
        struct slice scheme;
        bool is_tls;
        bool (*read)(struct pbx_settings *pbx, struct slice rest, struct err *err);
    } kinds[] = {
        { { "ami://", 6 }, false, read_network },
        { { "amis://", 7 }, true, read_network },
        { { "unix://", 7 }, false, read_socket },
    };
    struct slice url = slice_of(pbx->url);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct slice scheme = kinds[i].scheme;
        if (!slice_starts(url, scheme))
            continue;
        pbx->is_tls = kinds[i].is_tls;
        return kinds[i].read(pbx, (struct slice){ url.p + scheme.n, url.n - scheme.n }, err);
    }
    return err_set(err, ERR_CONFIG, "the url does not begin with ami:// or amis://; write it like %s", example);
}
