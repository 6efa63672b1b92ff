/* SPDX-License-Identifier: MIT */
/* ears: the listeners are few, and are gone through when the line is drawn or a key is pressed. The user is the one of this process, whom the
 * keeper knows by the socket: two consoles of one user share the phone, and say the same. Owns nothing. */
#include "tui/hands/ears.h"

#include "core/control/plan.h"

#include <pwd.h>
#include <unistd.h>

void ears_user(struct buf *out)
{
    char word[PLAN_USER_MAX + 1];
    const struct passwd *p = getpwuid(geteuid());
    plan_user_word(p != NULL ? p->pw_name : NULL, word);
    (void)buf_add(out, slice_of(word));
}

const struct fact_spy *ears_own(const struct store *whole, struct slice user)
{
    const struct fact *f;
    const struct fact_spy *found = NULL;
    for (size_t at = 0; user.n > 0 && (f = store_each(whole, FACT_SPY, &at)) != NULL;) {
        const struct fact_spy *s = (const void *)f;
        if (s->who != NULL && slice_eq(slice_of(s->who), user) && (found == NULL || s->since > found->since))
            found = s;
    }
    return found;
}

void ears_write(const struct store *whole, const struct fact_spy *s, struct buf *out)
{
    static const char *const does[] = { [SPY_UNKNOWN] = "listen to", [SPY_LISTEN] = "listen to", [SPY_WHISPER] = "whisper to", [SPY_BARGE] = "are heard by" };
    _Static_assert(sizeof does / sizeof does[0] == SPY_MODE_COUNT, "a way to listen without a word");
    const struct fact_agent *a = (const void *)store_get(whole, FACT_AGENT, s->agent);
    const char *name = a == NULL ? "a call" : a->name != NULL ? a->name : a->interface;
    (void)buf_addf(out, "You %s %.60s%s", does[s->mode >= 0 && s->mode < SPY_MODE_COUNT ? s->mode : SPY_UNKNOWN], name, s->mode == SPY_BARGE ? " and the caller" : "");
}

static const char *call_of(const struct store *whole, const struct fact_spy *s)
{
    const struct fact *f;
    for (size_t at = 0; s->spyee_channel != NULL && (f = store_each(whole, FACT_CALL, &at)) != NULL;) {
        const struct fact_call *c = (const void *)f;
        if (c->pbx == s->pbx && c->phone_channel != NULL && strcmp(c->phone_channel, s->spyee_channel) == 0)
            return c->uniqueid;
    }
    return NULL;
}

void ears_subject(const struct store *whole, const struct fact_spy *s, struct hands_subject *out)
{
    hands_subject_of(out, whole, FACT_SPY, (const struct fact *)(const void *)s);
    hands_subject_name_call(out, whole, call_of(whole, s), s->pbx);
}

bool ears_is_order(enum command_id id)
{
    return id == COMMAND_LISTEN || id == COMMAND_WHISPER || id == COMMAND_BARGE || id == COMMAND_UNLISTEN;
}
