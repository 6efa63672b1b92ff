/* SPDX-License-Identifier: MIT */
/* refusal: every cause is one whole printable sentence that names the host and what to change. */
#include "core/link/refusal.h"

#include "core/base/utf8.h"
#include "core/link/link_refusal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *part;
    bool is_final;
} rows[REFUSAL_COUNT] = {
    [REFUSAL_DNS] = { "cannot find geneva:5038", false },
    [REFUSAL_CONNECT_REFUSED] = { "enabled = yes", false },
    [REFUSAL_TIMEOUT] = { "does not answer", false },
    [REFUSAL_UNREACHABLE] = { "cannot be reached", false },
    [REFUSAL_TLS_ON_PLAIN] = { "Use ami:// instead of amis://", true },
    [REFUSAL_HANDSHAKE] = { "Is this the TLS port? In manager.conf: tlsenable = yes, tlsbindaddr", false },
    [REFUSAL_PLAIN_ON_TLS] = { "Use amis:// instead of ami://", true },
    [REFUSAL_NOT_AMI] = { "port in manager.conf", true },
    [REFUSAL_NO_GREETING] = { "authlimit in manager.conf", false },
    [REFUSAL_CERTIFICATE] = { "--ca FILE", true },
    [REFUSAL_CERTIFICATE_NAME] = { "tlscertfile in manager.conf", true },
    [REFUSAL_PIN] = { "not the pinned one", true },
    [REFUSAL_CA_FILE] = { "Check --ca", true },
    [REFUSAL_PROXY] = { "the option proxy", false },
    [REFUSAL_LOGIN] = { "section [anna], its secret, and its permit, deny and acl", true },
    [REFUSAL_IN_USE] = { "allowmultiplelogin = yes in manager.conf", false },
    [REFUSAL_NO_MD5] = { "not sent in clear without TLS", true },
    [REFUSAL_SECRET] = { "no secret for user anna", true },
    [REFUSAL_NO_RIGHT_AGENT] = { "[anna]: read must have agent", false },
    [REFUSAL_NOT_BOOTED] = { "still starting", false },
    [REFUSAL_NO_APP_QUEUE] = { "module load app_queue.so", false },
    [REFUSAL_SHUTDOWN] = { "was shut down", false },
    [REFUSAL_DEAD] = { "has fallen silent", false },
    [REFUSAL_PROTOCOL] = { "does not keep to the protocol", false },
    [REFUSAL_CLOSED] = { "closed the connection", false },
};
_Static_assert(sizeof rows / sizeof rows[0] == REFUSAL_COUNT, "one row a cause");

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("\"%s\" is in: %s", part, text);
}

static void every_cause_has_its_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < REFUSAL_COUNT; i++) {
        struct err plain = ERR_INIT, full = ERR_INIT;
        refusal_sentence((enum refusal)i, "geneva:5038", "anna", NULL, &plain);
        refusal_sentence((enum refusal)i, "geneva:5038", "anna", "a detail", &full);
        assert_has(plain.text, rows[i].part);
        assert_has(plain.text, "geneva:5038");
        assert_has_not(plain.text, "%");
        assert_has_not(plain.text, "()");
        assert_string_equal(plain.word, refusal_word((enum refusal)i));
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(plain.word, refusal_word((enum refusal)other));
        assert_true(plain.kind != ERR_NONE);
        assert_true(strlen(full.text) < sizeof full.text - 1); /* not cut */
        assert_true(strlen(full.text) >= strlen(plain.text));
        assert_int_equal(refusal_is_final((enum refusal)i), rows[i].is_final);
    }
}

static void what_the_peer_says_is_made_harmless(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    refusal_sentence(REFUSAL_NOT_AMI, "geneva:5038", NULL, "a\033[2Jb\nc%s] [: x", &err);
    assert_has_not(err.text, "\033");
    assert_has_not(err.text, "\n");
    assert_has(err.text, "c%s] [: x\"");
    refusal_sentence(REFUSAL_LOGIN, NULL, NULL, NULL, &err);
    assert_has(err.text, "the PBX refuses user NAME");
}

static void libcurls_reasons_become_ours(void **state)
{
    (void)state;
    static const struct {
        CURLcode code;
        int os_error;
        const char *detail;
        bool has_proxy;
        enum refusal want;
    } cases[] = {
        { CURLE_COULDNT_RESOLVE_HOST, 0, "", false, REFUSAL_DNS },
        { CURLE_COULDNT_RESOLVE_PROXY, 0, "", true, REFUSAL_PROXY },
        { CURLE_COULDNT_CONNECT, ECONNREFUSED, "", false, REFUSAL_CONNECT_REFUSED },
        { CURLE_COULDNT_CONNECT, EHOSTUNREACH, "", false, REFUSAL_UNREACHABLE },
        { CURLE_COULDNT_CONNECT, ENETUNREACH, "", false, REFUSAL_UNREACHABLE },
        { CURLE_COULDNT_CONNECT, ETIMEDOUT, "", false, REFUSAL_TIMEOUT },
        { CURLE_COULDNT_CONNECT, ECONNREFUSED, "", true, REFUSAL_PROXY },
        { CURLE_OPERATION_TIMEDOUT, 0, "", false, REFUSAL_TIMEOUT },
        { CURLE_OPERATION_TIMEDOUT, 0, "Connection timed out after 10001 milliseconds", false, REFUSAL_TIMEOUT },
        { CURLE_OPERATION_TIMEDOUT, 0, "Resolving timed out after 10000 milliseconds", false, REFUSAL_DNS },
        { CURLE_OPERATION_TIMEDOUT, 0, "Resolving timed out after 10000 milliseconds", true, REFUSAL_PROXY },
        { CURLE_SSL_CONNECT_ERROR, 0, "OpenSSL/3.0: error:0A00010B:SSL routines::wrong version number", false, REFUSAL_TLS_ON_PLAIN },
        { CURLE_SSL_CONNECT_ERROR, 0, "something else", false, REFUSAL_HANDSHAKE },
        { CURLE_SSL_CONNECT_ERROR, 0, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to 127.0.0.1:5039", false, REFUSAL_HANDSHAKE },
        { CURLE_PEER_FAILED_VERIFICATION, 0, "SSL: no alternative certificate subject name matches target host name 'x'", false, REFUSAL_CERTIFICATE_NAME },
        { CURLE_PEER_FAILED_VERIFICATION, 0, "SSL certificate problem: self-signed certificate", false, REFUSAL_CERTIFICATE },
        { CURLE_SSL_PINNEDPUBKEYNOTMATCH, 0, "", false, REFUSAL_PIN },
        { CURLE_SSL_CACERT_BADFILE, 0, "", false, REFUSAL_CA_FILE },
        { CURLE_RECV_ERROR, 0, "CONNECT tunnel failed, response 403", true, REFUSAL_PROXY },
        { CURLE_RECV_ERROR, 0, "Connection reset by peer", false, REFUSAL_CLOSED },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(link_refusal(cases[i].code, cases[i].os_error, cases[i].detail, cases[i].has_proxy), cases[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cause_has_its_sentence),
        cmocka_unit_test(what_the_peer_says_is_made_harmless),
        cmocka_unit_test(libcurls_reasons_become_ours),
    };
    return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
