/* SPDX-License-Identifier: MIT */
/* link: one connection to one PBX, carried by libcurl (CONNECT_ONLY): names, IPv4/6, TLS with its
 * certificate checks, SOCKS and HTTP proxies, UNIX sockets. Bytes in, bytes out, never blocks. Knows no AMI,
 * but two facts of it: requests go out in pieces of at most 1024 bytes that end at a line (ami.md 3.4), and a
 * session is fed until the socket is empty (TLS keeps bytes of its own). */
#ifndef CORE_LINK_LINK_H
#define CORE_LINK_LINK_H

#include "core/base/err.h"
#include "core/base/slice.h"

struct link;
struct link_set; /* every link of the process, around one curl multi handle */
struct pbx_settings;

struct link_hooks {
    void (*up)(void *context);                             /* connected, TLS done */
    char *(*room)(void *context, size_t *room);            /* where received bytes go */
    void (*fed)(void *context, size_t n);                  /* that many came */
    void (*down)(void *context, const struct err *why);    /* ended or never began; the link is closed already */
    void *context;
};

const char *link_library(void); /* libcurl and its TLS library with their versions: "libcurl/7.88.1 OpenSSL/3.0.19 ..." */

struct link_set *link_set_new(struct err *err); /* NULL: libcurl will not start */
void link_set_free(struct link_set *set);

struct link *link_new(struct link_set *set, const struct pbx_settings *pbx, const struct link_hooks *hooks);
void link_free(struct link *l);
void link_open(struct link *l);  /* starts; up() or down() follows from link_set_wait */
void link_close(struct link *l); /* down() is not called */
/* Both addresses and the end of the certificate into their places in fact_pbx: of this connection, else of the last one. The
 * texts are borrowed until the next wait. */
struct fact_pbx;
void link_report(const struct link *l, struct fact_pbx *out);
/* Queues bytes; they leave at once as far as the socket takes them. False: too much is queued (the peer does not read): close. */
MUST_USE bool link_send(struct link *l, struct slice bytes);

/* The one wait of the process: sockets of all links, and `extra` descriptors as for poll(2), whose revents are filled.
 * Returns after at most wait_ms; hooks run inside. A link that has much to read gets at most `slice_bytes` a turn, so that
 * a fast or slow PBX never delays another. */
struct pollfd;
void link_set_wait(struct link_set *set, struct pollfd *extra, size_t extra_count, int64_t wait_ms);

#endif
