/* SPDX-License-Identifier: MIT */
/* refusal: why a PBX cannot be followed, as one line that says what to change, in manager.conf words where it is there.
 * One table row a cause. */
#ifndef CORE_LINK_REFUSAL_H
#define CORE_LINK_REFUSAL_H

#include "core/base/err.h"
#include "core/base/slice.h"

enum refusal {
    REFUSAL_DNS, REFUSAL_CONNECT_REFUSED /* AMI off, wrong port */, REFUSAL_TIMEOUT, REFUSAL_UNREACHABLE,
    REFUSAL_TLS_ON_PLAIN /* we speak TLS, the port does not */, REFUSAL_HANDSHAKE /* broken off by the peer: is it TLS at all? */, REFUSAL_PLAIN_ON_TLS, REFUSAL_NOT_AMI /* something else greets */,
    REFUSAL_NO_GREETING /* closed at once: authlimit or ACL of the host */, REFUSAL_CERTIFICATE, REFUSAL_CERTIFICATE_NAME, REFUSAL_PIN, REFUSAL_CA_FILE,
    REFUSAL_PROXY, REFUSAL_LOGIN /* user, secret or ACL: Asterisk does not say which */, REFUSAL_IN_USE /* allowmultiplelogin=no */,
    REFUSAL_NO_MD5 /* challenge not offered and clear text not allowed */, REFUSAL_SECRET /* cannot read ours */, REFUSAL_NO_RIGHT_AGENT /* read class missing */,
    REFUSAL_NOT_BOOTED, REFUSAL_NO_APP_QUEUE, REFUSAL_SHUTDOWN, REFUSAL_DEAD /* nothing heard */, REFUSAL_PROTOCOL, REFUSAL_CLOSED, REFUSAL_COUNT
};

/* host "geneva:5038", user and detail as far as they are known (NULL). final: retrying soon is pointless (longer back-off). */
void refusal_sentence(enum refusal why, const char *host, const char *user, const char *detail, struct err *out);
const char *refusal_word(enum refusal why); /* as in fact_pbx.cause, and in err.word of a sentence */
bool refusal_is_final(enum refusal why);

#endif
