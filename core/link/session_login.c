/* SPDX-License-Identifier: MIT */
/* session_login: from the greeting to knowing what the user may do: challenge, login, rights (ListCommands), version. The secret
 * is asked for when it is needed, used once and wiped; it leaves in clear only on TLS or where the user allowed it by name. */
#include "core/link/session_private.h"

#include "core/base/mem.h"
#include "core/base/timer.h"

#include <md5.h>
#include <stdio.h>
#include <stdlib.h>

enum { SECRET_MAX = 1024, CHALLENGE_MAX = 128, DETAIL_MAX = 80 };

static void detail_of(struct slice message, char detail[DETAIL_MAX + 1])
{
    (void)snprintf(detail, DETAIL_MAX + 1, "%.*s", (int)(message.n < DETAIL_MAX ? message.n : DETAIL_MAX), message.p != NULL ? message.p : "");
}

/* 5 is Asterisk 16, and so on: only used where CoreSettings may not be asked (ami.md 2.6). */
static void version_of_greeting(struct session *s, struct slice version)
{
    struct slice rest, major = slice_cut(version, '.', &rest);
    int64_t number;
    char text[80];
    if (!slice_int(major, 5, 99, &number))
        return;
    (void)snprintf(text, sizeof text, "%d (AMI %.*s)", (int)number + 11, (int)(version.n < 40 ? version.n : 40), version.p);
    mem_assign(&s->asterisk, slice_of(text));
}

void session_greeting(struct session *s, const struct event *e)
{
    struct slice line = e->frame->count > 0 ? (struct slice){ e->frame->field[0].value, e->frame->field[0].value_n } : SLICE("");
    const struct slice begin = SLICE("Asterisk Call Manager/");
    char detail[DETAIL_MAX + 1];
    detail_of(line, detail);
    if (e->kind != EVENT_GREETING || !slice_starts(line, begin)) {
        bool is_tls = s->first_byte == 0x15 || s->first_byte == 0x16;
        session_fail(s, is_tls ? REFUSAL_PLAIN_ON_TLS : REFUSAL_NOT_AMI, is_tls ? NULL : detail);
        return;
    }
    version_of_greeting(s, (struct slice){ line.p + begin.n, line.n - begin.n });
    session_enter(s, PHASE_CHALLENGE);
}

/* Nothing left: only replay, which does not speak, goes on. */
static void stuck(struct session *s, const struct err *err)
{
    if (err->kind != ERR_NONE)
        session_fail(s, REFUSAL_PROTOCOL, err->text);
}

void session_enter_challenge(struct session *s)
{
    struct ask a;
    struct err err = ERR_INIT;
    session_ask(s, &a, REQUEST_CHALLENGE);
    request_add(&a.request, "AuthType", SLICE("MD5"));
    if (!session_say(&a, &err))
        stuck(s, &err);
}

static void hex_md5(struct slice challenge, struct slice secret, char out[33])
{
    MD5_CTX md5;
    uint8_t digest[MD5_DIGEST_LENGTH];
    MD5Init(&md5);
    MD5Update(&md5, (const uint8_t *)challenge.p, challenge.n);
    MD5Update(&md5, (const uint8_t *)secret.p, secret.n);
    MD5Final(digest, &md5);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
    mem_wipe(&md5, sizeof md5);
}

static void say_login(struct session *s, struct slice challenge, struct slice secret)
{
    struct ask a;
    struct err err = ERR_INIT;
    session_ask(s, &a, REQUEST_LOGIN);
    request_add(&a.request, "Username", slice_of(s->user));
    if (challenge.p != NULL) {
        char key[33];
        hex_md5(challenge, secret, key);
        request_add(&a.request, "AuthType", SLICE("MD5"));
        request_add(&a.request, "Key", slice_of(key));
        mem_wipe(key, sizeof key);
    } else {
        request_add(&a.request, "Secret", secret);
    }
    request_add(&a.request, "Events", session_mask(false));
    if (!session_say(&a, &err))
        stuck(s, &err);
}

/* challenge absent: in clear. */
static void login(struct session *s, struct slice challenge)
{
    struct buf secret = BUF_INIT(SECRET_MAX);
    struct err err = ERR_INIT;
    session_enter(s, PHASE_LOGIN);
    if (s->setup.is_passive)
        return;
    if (s->setup.secret == NULL || !s->setup.secret(s->setup.context, &secret, &err) || secret.overflow)
        session_fail(s, REFUSAL_SECRET, secret.overflow ? "it is too long" : err.text);
    else
        say_login(s, challenge, buf_slice(&secret));
    buf_wipe(&secret);
}

void session_challenged(struct session *s, const struct asked *a, const struct event *e)
{
    struct slice challenge = event_get(e, F_CHALLENGE);
    if (s->phase != PHASE_CHALLENGE)
        return;
    if (challenge.n == 0 || challenge.n > CHALLENGE_MAX)
        session_unchallenged(s, a, SLICE("it sent no challenge"));
    else
        login(s, challenge);
}

void session_unchallenged(struct session *s, const struct asked *a, struct slice message)
{
    char detail[DETAIL_MAX + 1];
    (void)a;
    if (s->phase != PHASE_CHALLENGE)
        return;
    detail_of(message, detail);
    if (s->setup.is_passive || s->setup.is_tls || s->setup.is_plain_secret_allowed)
        login(s, (struct slice){ NULL, 0 });
    else
        session_fail(s, REFUSAL_NO_MD5, detail);
}

void session_logged_in(struct session *s, const struct asked *a, const struct event *e)
{
    (void)a;
    (void)e;
    if (s->phase <= PHASE_LOGIN) /* a replay may have skipped the challenge */
        session_enter(s, PHASE_RIGHTS);
}

static bool contains(struct slice s, struct slice word)
{
    for (size_t i = 0; i + word.n <= s.n; i++) {
        if (slice_eq_nocase((struct slice){ s.p + i, word.n }, word))
            return true;
    }
    return false;
}

void session_login_refused(struct session *s, const struct asked *a, struct slice message)
{
    char detail[DETAIL_MAX + 1];
    (void)a;
    detail_of(message, detail);
    if (contains(message, SLICE("Already In Use")))
        session_fail(s, REFUSAL_IN_USE, NULL);
    else
        session_fail(s, REFUSAL_LOGIN, detail);
}

/* --- what the user may do ------------------------------------------------------------------------------ */

/* ListCommands tells only of modules that are loaded: what was asked of a PBX that was still starting lacks the queues' own. */
bool session_ask_rights(struct session *s)
{
    struct ask a;
    struct err err = ERR_INIT;
    session_ask(s, &a, REQUEST_LIST_COMMANDS);
    bool ok = session_say(&a, &err);
    if (!ok && s->phase == PHASE_RIGHTS)
        stuck(s, &err);
    return ok;
}

/* Without the class system nobody tells that Asterisk has booted: it is asked a few times more. */
void session_rights_tick(struct session *s)
{
    static const int64_t after_ms[] = { 15 * 1000, 60 * 1000, 5 * 60 * 1000 };
    if (s->now < s->rights_at || s->phase <= PHASE_RIGHTS || s->setup.is_passive)
        return;
    if (s->rights_asks > 0)
        (void)session_ask_rights(s);
    s->rights_at = s->rights_asks < sizeof after_ms / sizeof after_ms[0] ? s->now + after_ms[s->rights_asks] : TIMER_NEVER;
    s->rights_asks++;
}

void session_enter_rights(struct session *s)
{
    for (size_t kind = 0; kind < REQUEST_COUNT; kind++)
        s->may[kind] = true; /* until we know better: it will tell us itself */
    for (size_t which = 0; which < NOTICE_COUNT; which++)
        session_note(s, (enum notice)which, false); /* manager.conf may have been mended since the last login */
    s->barrier = -1;
    (void)session_ask_rights(s);
}

void session_rights(struct session *s, const struct asked *a, const struct event *e)
{
    (void)a;
    s->is_right_known = true;
    session_note_rights(s, e->frame);
    for (size_t kind = 0; kind < REQUEST_COUNT; kind++)
        s->may[kind] = request_table[kind].write_class == 0 || frame_get(e->frame, slice_of(request_table[kind].action)).p != NULL;
    if (s->phase == PHASE_RIGHTS)
        session_enter(s, PHASE_VERSION);
}

void session_no_rights(struct session *s, const struct asked *a, struct slice message)
{
    (void)a;
    (void)message;
    if (s->phase == PHASE_RIGHTS)
        session_enter(s, PHASE_VERSION);
}

void session_enter_version(struct session *s)
{
    struct ask a;
    struct err err = ERR_INIT;
    if (s->may[REQUEST_CORE_SETTINGS]) {
        session_ask(s, &a, REQUEST_CORE_SETTINGS);
        if (session_say(&a, &err))
            return;
    }
    session_enter(s, PHASE_CLOCK); /* the greeting's word must do */
}

void session_version(struct session *s, const struct asked *a, const struct event *e)
{
    struct slice version = event_get(e, F_ASTERISK_VERSION);
    (void)a;
    if (version.n > 0) {
        mem_assign(&s->asterisk, version);
        session_changed(s);
    }
    if (s->phase == PHASE_VERSION)
        session_enter(s, PHASE_CLOCK);
}

void session_no_version(struct session *s, const struct asked *a, struct slice message)
{
    (void)a;
    (void)message;
    s->may[REQUEST_CORE_SETTINGS] = false;
    if (s->phase == PHASE_VERSION)
        session_enter(s, PHASE_CLOCK);
}
