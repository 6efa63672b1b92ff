/* SPDX-License-Identifier: MIT */
/* refusal: a cause and what is known about it become one sentence: what was being done, on what, what is wrong, and what to
 * change, in the words of manager.conf where the cure is there. Everything from the peer is made printable on the way.
 *
 * In a row, %h is the host, %u the AMI user, %d the detail; what stands in [ ] is left out when there is no detail. */
#include "core/link/refusal.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"

struct refusal_row {
    const char *word; /* for programs; a promise to those who read JSON */
    const char *text;
    enum err_kind kind;
    bool is_final;
};

static const struct refusal_row rows[REFUSAL_COUNT] = {
    [REFUSAL_DNS] = { "dns", "cannot find %h: no name server gives its address[ (%d)]. Check the name, or the name server of this machine", ERR_NETWORK, false },
    [REFUSAL_CONNECT_REFUSED] = { "connect_refused", "%h refuses the connection[ (%d)]. Is Asterisk running? In manager.conf, [general]: enabled = yes, and bindaddr and port "
                                  "(TLS: tlsenable = yes, tlsbindaddr) must be those of the URL", ERR_NETWORK, false },
    [REFUSAL_TIMEOUT] = { "timeout", "%h does not answer[ (%d)]. A firewall on the way, or a wrong address or port?", ERR_NETWORK, false },
    [REFUSAL_UNREACHABLE] = { "unreachable", "%h cannot be reached from this machine[ (%d)]. Check the network and the address", ERR_NETWORK, false },
    [REFUSAL_TLS_ON_PLAIN] = { "tls_on_plain", "%h does not speak TLS on this port[ (%d)]. Use ami:// instead of amis://, or the TLS port (5039) with "
                               "tlsenable = yes in manager.conf", ERR_CONFIG, true },
    [REFUSAL_HANDSHAKE] = { "handshake", "%h broke off the TLS handshake[ (%d)]. Is this the TLS port? In manager.conf: tlsenable = yes, tlsbindaddr, and a tlscertfile and "
                            "tlsprivatekey that Asterisk can read; to a port without TLS, ami://", ERR_NETWORK, false },
    [REFUSAL_PLAIN_ON_TLS] = { "plain_on_tls", "%h speaks TLS on this port[ (%d)]. Use amis:// instead of ami://", ERR_CONFIG, true },
    [REFUSAL_NOT_AMI] = { "not_ami", "%h answers, but not as the Asterisk Manager Interface[: \"%d\"]. The port is another service's: see port in manager.conf "
                          "(5038 is usual, 5039 with TLS)", ERR_PROTOCOL, true },
    [REFUSAL_NO_GREETING] = { "no_greeting", "%h took the connection and did not greet[ (%d)]. If this is the TLS port, use amis://; else too many connections that are not logged "
                              "in (authlimit in manager.conf), an Asterisk that hangs, or a firewall between", ERR_NETWORK, false },
    [REFUSAL_CERTIFICATE] = { "certificate", "the certificate of %h is not trusted[ (%d)]. Name its CA with --ca FILE, or pin its key; on the PBX: tlscertfile in manager.conf",
                              ERR_CONFIG, true },
    [REFUSAL_CERTIFICATE_NAME] = { "certificate_name", "the certificate of %h is for another name[ (%d)]. Connect by the name in it, or renew tlscertfile in manager.conf "
                                   "with this name", ERR_CONFIG, true },
    [REFUSAL_PIN] = { "pin", "the key of %h is not the pinned one[ (%d)]. If its certificate was renewed on purpose, set the new pin; if not, somebody may stand between",
                      ERR_CONFIG, true },
    [REFUSAL_CA_FILE] = { "ca_file", "cannot connect to %h: the CA file cannot be used[ (%d)]. Check --ca", ERR_CONFIG, true },
    [REFUSAL_PROXY] = { "proxy", "cannot reach %h through the proxy[ (%d)]. Check the option proxy", ERR_NETWORK, false },
    [REFUSAL_LOGIN] = { "login", "%h refuses user %u[ (%d)]. In manager.conf: section [%u], its secret, and its permit, deny and acl for this machine's address "
                        "(Asterisk does not say which); then 'manager reload'", ERR_LOGIN, true },
    [REFUSAL_IN_USE] = { "in_use", "user %u is logged in on %h already and may be only once[ (%d)]. Give acdtop a user of its own, or set allowmultiplelogin = yes in "
                         "manager.conf", ERR_LOGIN, false },
    [REFUSAL_NO_MD5] = { "no_md5", "%h offers no MD5 challenge[ (%d)], and the secret is not sent in clear without TLS. Use amis://, or allow it with plain_secret",
                         ERR_LOGIN, true },
    [REFUSAL_SECRET] = { "secret", "no secret for user %u of %h[: %d]", ERR_CONFIG, true },
    [REFUSAL_NO_RIGHT_AGENT] = { "no_right_agent", "calls move on %h and no event tells of it. In manager.conf, [%u]: read must have agent, and no eventfilter or disabledevents "
                                 "may hide QueueCallerJoin and QueueCallerLeave", ERR_LOGIN, false },
    [REFUSAL_NOT_BOOTED] = { "not_booted", "Asterisk on %h is still starting[ (%d)]; waiting for its queues", ERR_NETWORK, false },
    [REFUSAL_NO_APP_QUEUE] = { "no_app_queue", "Asterisk on %h has no queues: app_queue is not loaded[ (%d)]. On the PBX: 'module load app_queue.so', and modules.conf",
                               ERR_NETWORK, false },
    [REFUSAL_SHUTDOWN] = { "shutdown", "Asterisk on %h was shut down[ (%d)]; waiting for its return", ERR_NETWORK, false },
    [REFUSAL_DEAD] = { "dead", "%h has fallen silent[: %d]", ERR_NETWORK, false },
    [REFUSAL_PROTOCOL] = { "protocol", "%h does not keep to the protocol[: %d]", ERR_PROTOCOL, false },
    [REFUSAL_CLOSED] = { "closed", "%h closed the connection[ (%d)]", ERR_NETWORK, false },
};
_Static_assert(sizeof rows / sizeof rows[0] == REFUSAL_COUNT, "one row a cause");

static void add_value(struct buf *out, const char *value, const char *otherwise)
{
    utf8_add_printable(out, utf8_head(slice_of(value != NULL && value[0] != '\0' ? value : otherwise), 160), false);
}

void refusal_sentence(enum refusal why, const char *host, const char *user, const char *detail, struct err *out)
{
    const struct refusal_row *row = &rows[why];
    const bool has_detail = detail != NULL && detail[0] != '\0';
    bool is_shown = true, is_optional = false;
    struct buf text = BUF_INIT(2048);
    for (const char *at = row->text; *at != '\0'; at++) {
        /* "[general]" and "[%u]" are manager.conf's own brackets: only one that opens on a detail is ours */
        if (!is_optional && *at == '[' && (at[1] == ':' || at[1] == ' ')) {
            is_optional = true;
            is_shown = has_detail;
        } else if (is_optional && *at == ']') {
            is_optional = false;
            is_shown = true;
        } else if (!is_shown) {
            continue;
        } else if (at[0] == '%' && at[1] != '\0') {
            at++;
            add_value(&text, *at == 'h' ? host : *at == 'u' ? user : detail, *at == 'h' ? "the PBX" : *at == 'u' ? "NAME" : "");
        } else {
            buf_add_char(&text, *at);
        }
    }
    *out = ERR_INIT;
    err_set(out, row->kind, "%.*s", SLICE_FMT(buf_slice(&text)));
    out->word = row->word;
    buf_clear(&text);
}

const char *refusal_word(enum refusal why)
{
    return rows[why].word;
}

bool refusal_is_final(enum refusal why)
{
    return rows[why].is_final;
}
