/* SPDX-License-Identifier: MIT */
/* session: from the greeting to what the user may do, and every way in which that fails. */
#include "core/link/refusal.h"
#include "tests/unit/fake_pbx.h"

#include <md5.h>

static void a_whole_login(void **state)
{
    (void)state;
    pbx.clock_ahead_ms = 5000;
    go_live();
    assert_int_equal(said("Action: Challenge\r\n"), 1);
    assert_int_equal(said("Username: acdtop\r\nAuthType: MD5\r\nKey: "), 1);
    assert_int_equal(said("tiger"), 0);
    assert_int_equal(said("Events: system,call,agent\r\n"), 1);
    assert_string_equal(report()->asterisk, "22.10.1");
    assert_int_equal(report()->barrier, 1);
    assert_int_equal(report()->peers, 1);
    assert_int_equal(report()->is_clock_known, 1);
    assert_int_equal(report()->clock_offset_ms, 5000);
    assert_string_equal(report()->write_classes, "call,reporting");
    assert_string_equal(report()->seen_classes, "system,dialplan");
    assert_int_equal(fake_floor.clock_offset_ms, 5000);
    assert_null(report()->reason);
    assert_notice(NULL);
    assert_int_equal(told_times("up\nchannels\nchannels end\nbegin all\nend\nbarrier\n"), 1);
}

static void the_key_is_md5_of_challenge_and_secret(void **state)
{
    (void)state;
    char want[80], hex[33];
    uint8_t digest[MD5_DIGEST_LENGTH];
    MD5_CTX md5;
    go_live();
    MD5Init(&md5);
    MD5Update(&md5, (const uint8_t *)"123456789tiger", 14);
    MD5Final(digest, &md5);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    snprintf(want, sizeof want, "Key: %s\r\n", hex);
    assert_int_equal(said(want), 1);
}

static void bytes_one_at_a_time(void **state)
{
    (void)state;
    begin();
    session_up(pbx.s, pbx.now);
    const char *text = GREETING;
    for (size_t i = 0; i < strlen(text); i++) {
        assert_int_equal(pbx.sent.len, 0);
        hear_bytes(text + i, 1);
    }
    assert_int_equal(said("Action: Challenge"), 1);
}

static void without_md5_the_secret_stays_here(void **state)
{
    (void)state;
    pbx.no_md5 = true;
    begin();
    greet();
    answer();
    assert_reason("no MD5 challenge");
    assert_int_equal(report()->link, LINK_REFUSED);
    assert_int_equal(said("tiger"), 0);
    assert_int_equal(pbx.disconnects, 1);
}

static void without_md5_in_tls_it_goes_plain(void **state)
{
    (void)state;
    pbx.no_md5 = true;
    pbx.setup.is_tls = true;
    go_live();
    assert_int_equal(said("Secret: tiger\r\n"), 1);
}

static void without_md5_where_allowed_it_goes_plain(void **state)
{
    (void)state;
    pbx.no_md5 = true;
    pbx.setup.is_plain_secret_allowed = true;
    go_live();
    assert_int_equal(said("Secret: tiger\r\n"), 1);
}

static void an_empty_challenge_is_none(void **state)
{
    (void)state;
    begin();
    greet();
    hearf("Response: Success\r\nActionID: %s\r\nChallenge: \r\n\r\n", id_of("Challenge"));
    assert_reason("no MD5 challenge");
}

static void no_secret_to_give(void **state)
{
    (void)state;
    pbx.secret = NULL;
    begin();
    greet();
    answer();
    assert_reason("/nowhere");
    assert_int_equal(report()->link, LINK_REFUSED);
}

static void a_refused_login_waits_a_minute(void **state)
{
    (void)state;
    pbx.login_error = "Authentication failed";
    begin();
    greet();
    answer();
    assert_int_equal(report()->link, LINK_REFUSED);
    assert_reason("refuses user acdtop");
    assert_reason("[acdtop], its secret");
    int64_t wait_ms = report()->retry_at - pbx.now;
    assert_in_range(wait_ms, 48000, 72000);
}

static void in_use_is_told_apart(void **state)
{
    (void)state;
    pbx.login_error = "Login Already In Use";
    begin();
    greet();
    answer();
    assert_int_equal(report()->link, LINK_REFUSED);
    assert_reason("allowmultiplelogin = yes");
    assert_in_range(report()->retry_at - pbx.now, 400, 600); /* the other one may end any moment */
}

static void login_while_it_stops(void **state)
{
    (void)state;
    pbx.any_error = "Asterisk is shutting down";
    begin();
    greet();
    answer();
    assert_int_equal(said("Action: "), 1); /* already the challenge is refused so */
    assert_reason("was shut down");
    assert_int_equal(report()->link, LINK_LOST);
    assert_in_range(report()->retry_at - pbx.now, 400, 600);
    pbx.any_error = NULL;
    pass_time(1000, false);
    greet();
    answer();
    assert_int_equal(report()->link, LINK_LIVE);
    pbx.any_error = "Asterisk is shutting down";
    pass_time(1100, true);
    assert_reason("was shut down");
}

static const struct {
    const char *bytes;
    const char *reason;
} not_ami[] = {
    { "SSH-2.0-OpenSSH_9.2p1\r\n", "not as the Asterisk Manager Interface: \"SSH-2.0-OpenSSH_9.2p1\"" },
    { "HTTP/1.1 400 Bad Request\r\n", "not as the Asterisk Manager Interface" },
    { "220 \033[31mmail\007\r\n", "220 \357\277\275[31mmail\357\277\275" }, /* nothing that a terminal obeys */
    { "\025\003\001\002\002\n", "Use amis://" },
};

static void other_services_greet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof not_ami / sizeof not_ami[0]; i++) {
        begin();
        session_up(pbx.s, pbx.now);
        hear(not_ami[i].bytes);
        assert_reason(not_ami[i].reason);
        assert_int_equal(pbx.sent.len, 0);
        session_free(pbx.s);
        pbx.s = NULL;
        pbx.connects = 0;
    }
    begin();
}

static void closed_without_a_greeting(void **state)
{
    (void)state;
    struct err why = ERR_INIT;
    err_set(&why, ERR_NETWORK, "closed");
    begin();
    session_up(pbx.s, pbx.now);
    session_lost(pbx.s, &why, pbx.now);
    assert_reason("authlimit");
    pass_time(1000, false);
    assert_int_equal(pbx.connects, 2);
    session_up(pbx.s, pbx.now);
    hear("Asterisk Call Manager"); /* cut in the middle: it is tried again */
    session_lost(pbx.s, &why, pbx.now);
    assert_reason("in the middle");
    pass_time(5000, false);
    assert_int_equal(pbx.connects, 3);
    session_up(pbx.s, pbx.now);
    hear("\025\003\001\000\002\002\050");
    session_lost(pbx.s, &why, pbx.now);
    assert_reason("Use amis://");
}

static void silent_instead_of_a_greeting(void **state)
{
    (void)state;
    begin();
    session_up(pbx.s, pbx.now);
    pass_time(5900, false);
    assert_int_equal(report()->link, LINK_LOGIN);
    pass_time(200, false);
    assert_reason("did not greet");
    assert_int_equal(pbx.disconnects, 1);
}

static void silent_to_each_step(void **state)
{
    (void)state;
    static const char *const steps[] = { "Challenge", "Login", "ListCommands", "CoreSettings", "Ping" };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        pbx.silent_on = steps[i];
        begin();
        greet();
        answer();
        pass_time(16000, true);
        assert_reason("has fallen silent");
        assert_true(pbx.disconnects > 0);
        session_free(pbx.s);
        pbx.s = NULL;
        pbx.connects = pbx.disconnects = 0;
        pbx.sent.len = pbx.worked = 0;
    }
    pbx.silent_on = NULL;
    begin();
}

static void without_rights_it_goes_on(void **state)
{
    (void)state;
    pbx.no_version = pbx.no_channels = pbx.no_status = pbx.no_getvar = pbx.no_setvar = true;
    go_live();
    assert_int_equal(said("Action: CoreSettings"), 0);
    assert_int_equal(said("Action: CoreShowChannels"), 0);
    assert_int_equal(said("Action: Status"), 0);
    assert_int_equal(said("Action: Setvar"), 0);
    assert_int_equal(said("dialplan"), 0);
    assert_string_equal(report()->asterisk, "22 (AMI 11.0.0)");
    assert_string_equal(report()->write_classes, "none");
    assert_int_equal(report()->peers, 0);
    assert_int_equal(report()->barrier, 0);
    assert_notice("add call to write of [acdtop]");
    assert_notice("add reporting to write of [acdtop]");
    assert_notice("reporting or call to write");
}

static void reporting_shows_where_nothing_else_explains_a_command(void **state)
{
    (void)state;
    pbx.no_setvar = true;
    go_live();
    assert_string_equal(report()->write_classes, "reporting");
    hear("Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nQueue: sales\r\nInterface: PJSIP/101\r\nStatus: 1\r\n\r\n");
    assert_string_equal(report()->seen_classes, "agent,system");
    struct err why = ERR_INIT;
    refusal_sentence(REFUSAL_DNS, "geneva", NULL, NULL, &why);
    session_lost(pbx.s, &why, pbx.now);
    assert_string_equal(report()->cause, "dns");
    assert_null(report()->write_classes);
    assert_null(report()->seen_classes);
}

static void status_where_core_show_channels_is_not_allowed(void **state)
{
    (void)state;
    pbx.no_channels = true;
    go_live();
    assert_int_equal(said("Action: Status\r\n"), 1);
    assert_int_equal(report()->peers, 1);
}

static void list_commands_lied(void **state)
{
    (void)state;
    pbx.refuses_channels = true; /* both of them, though listed */
    go_live();
    assert_int_equal(said("Action: CoreShowChannels\r\n"), 1);
    assert_int_equal(said("Action: Status\r\n"), 1);
    assert_int_equal(report()->peers, 0);
    assert_notice("add reporting to write");
}

static void the_gate_is_asked(void **state)
{
    (void)state;
    pbx.gate_refuses = "CoreShowChannels";
    go_live();
    assert_int_equal(said("Action: CoreShowChannels"), 0);
    assert_int_equal(said("Action: Status\r\n"), 1);
}

static void a_gate_without_login_says_so(void **state)
{
    (void)state;
    pbx.gate_refuses = "Login";
    begin();
    greet();
    answer();
    assert_reason("the gate refuses Login");
    assert_int_equal(said("Action: Login"), 0);
}

static void action_ids_cannot_be_guessed(void **state)
{
    (void)state;
    char first[64];
    go_live();
    snprintf(first, sizeof first, "%s", id_of("Ping"));
    assert_true(strlen(first) <= 64 && strlen(first) > 24);
    session_free(pbx.s);
    pbx.connects = 0;
    begin();
    greet();
    assert_true(strncmp(first, id_of("Challenge"), 24) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(a_whole_login),
        SESSION_TEST(the_key_is_md5_of_challenge_and_secret),
        SESSION_TEST(bytes_one_at_a_time),
        SESSION_TEST(without_md5_the_secret_stays_here),
        SESSION_TEST(without_md5_in_tls_it_goes_plain),
        SESSION_TEST(without_md5_where_allowed_it_goes_plain),
        SESSION_TEST(an_empty_challenge_is_none),
        SESSION_TEST(no_secret_to_give),
        SESSION_TEST(a_refused_login_waits_a_minute),
        SESSION_TEST(in_use_is_told_apart),
        SESSION_TEST(login_while_it_stops),
        SESSION_TEST(other_services_greet),
        SESSION_TEST(closed_without_a_greeting),
        SESSION_TEST(silent_instead_of_a_greeting),
        SESSION_TEST(silent_to_each_step),
        SESSION_TEST(without_rights_it_goes_on),
        SESSION_TEST(reporting_shows_where_nothing_else_explains_a_command),
        SESSION_TEST(status_where_core_show_channels_is_not_allowed),
        SESSION_TEST(list_commands_lied),
        SESSION_TEST(the_gate_is_asked),
        SESSION_TEST(a_gate_without_login_says_so),
        SESSION_TEST(action_ids_cannot_be_guessed),
    };
    return cmocka_run_group_tests_name("session login", tests, NULL, NULL);
}
