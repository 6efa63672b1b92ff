/* SPDX-License-Identifier: MIT */
/* link_refusal: what libcurl says when a connection does not come about, sorted by what the user has to change. A table where the
 * code alone decides; where one code means several things, the system's error or libcurl's own words do. */
#include "core/link/link_refusal.h"

#include <errno.h>

struct code_row {
    CURLcode code;
    enum refusal why;
};

static const struct code_row codes[] = {
    { CURLE_COULDNT_RESOLVE_HOST, REFUSAL_DNS },
    { CURLE_COULDNT_RESOLVE_PROXY, REFUSAL_PROXY },
    { CURLE_PROXY, REFUSAL_PROXY },
    { CURLE_SSL_CACERT_BADFILE, REFUSAL_CA_FILE },
    { CURLE_SSL_CERTPROBLEM, REFUSAL_CA_FILE },
    { CURLE_SSL_PINNEDPUBKEYNOTMATCH, REFUSAL_PIN },
    { CURLE_SSL_ISSUER_ERROR, REFUSAL_CERTIFICATE },
};

static bool says(const char *detail, const char *words)
{
    return strstr(detail, words) != NULL;
}

static enum refusal of_connect(int os_error)
{
    switch (os_error) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return REFUSAL_UNREACHABLE;
    case ETIMEDOUT:
        return REFUSAL_TIMEOUT;
    default:
        return REFUSAL_CONNECT_REFUSED;
    }
}

/* The TLS library could not make sense of the peer, or the peer not of us. */
static enum refusal of_handshake(const char *detail)
{
    if (says(detail, "wrong version number") || says(detail, "packet length too long") || says(detail, "unknown protocol") ||
        says(detail, "http request"))
        return REFUSAL_TLS_ON_PLAIN;
    return says(detail, "certificate") ? REFUSAL_CERTIFICATE : REFUSAL_HANDSHAKE;
}

enum refusal link_refusal(CURLcode code, int os_error, const char *detail, bool has_proxy)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].code == code)
            return codes[i].why;
    }
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT: /* one code, and "Resolving timed out" is no firewall's doing */
        return !says(detail, "Resolving") ? REFUSAL_TIMEOUT : has_proxy ? REFUSAL_PROXY : REFUSAL_DNS;
    case CURLE_COULDNT_CONNECT:
        return has_proxy ? REFUSAL_PROXY : of_connect(os_error);
    case CURLE_PEER_FAILED_VERIFICATION:
        return says(detail, "subject name") || says(detail, "host name") ? REFUSAL_CERTIFICATE_NAME : REFUSAL_CERTIFICATE;
    case CURLE_SSL_CONNECT_ERROR:
        return of_handshake(detail);
    default:
        return has_proxy ? REFUSAL_PROXY : REFUSAL_CLOSED;
    }
}
