/* SPDX-License-Identifier: MIT */
/* app_rights: what this person may not do here, said before it is tried: by the policy of the keeper, which enforces it, and by --role, with
 * which there is no way from the console to a file or a shell. Numbers that are hidden while nobody is there. */
#include "tui/app_parts.h"

#include "core/floor/mask.h"

/* Himself, and who waits in his queues. */
#define OWN_LAYOUT "agent<45 / memberships<30 / (queues=58 | callers)"

static bool opens_own(struct app *a)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(joint_whole(a->joint), FACT_AGENT, &at)) != NULL;) {
        const struct fact_agent *agent = (const void *)f;
        const char *self = a->rights.self;
        if ((agent->extension != NULL && strcmp(agent->extension, self) == 0) || (agent->interface != NULL && slice_eq_nocase(slice_of(agent->interface), slice_of(self)))) {
            if (deck_layout(a->deck, SCREEN_AGENT) == NULL)
                (void)!deck_set_layout(a->deck, SCREEN_AGENT, SLICE(OWN_LAYOUT), NULL);
            (void)deck_open_subject(a->deck, FACT_AGENT, f->id);
            return true;
        }
    }
    return false;
}

unsigned app_rights(struct app *a, const struct rights *rights)
{
    bool is_first = !a->has_rights;
    a->rights = *rights;
    a->has_rights = true;
    a->is_own_due = is_first && rights->self[0] != '\0' && (a->view.settings == NULL || a->view.settings->screen == NULL);
    return APP_PAINT;
}

/* An agent begins with himself, as soon as he is known. */
void app_open_own(struct app *a)
{
    if (a->is_own_due)
        a->is_own_due = !opens_own(a);
}

bool app_allows(const struct app *a, enum command_id id, struct err *err)
{
    bool is_way_out = id == COMMAND_WRITE || id == COMMAND_SAVE || id == COMMAND_SAVE_OVER || id == COMMAND_PROFILE;
    if (a->is_closed && is_way_out)
        return err_set(err, ERR_USAGE, "'%s' is not for a console with --role: it reads and writes no files", command_table[id].name);
    return !a->has_rights || (command_table[id].where & COMMAND_ORDER) == 0 || rights_allow(&a->rights, id, err);
}

static void learn_names(const struct app *a)
{
    static const enum fact_kind kinds[] = { FACT_QUEUE, FACT_AGENT, FACT_ENDPOINT };
    const struct fact *f;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        for (size_t at = 0; (f = store_each(a->view.store, kinds[i], &at)) != NULL;)
            mask_learn(a->mask, kinds[i], f);
    }
}

/* What is typed, or asked about, may hold a number as well. */
unsigned app_hide(struct app *a, bool is_hidden)
{
    if (a->mask == NULL)
        a->mask = mask_new();
    if (is_hidden)
        learn_names(a);
    a->view.mask = is_hidden ? a->mask : NULL;
    if (!is_hidden)
        return APP_PAINT;
    unsigned effects = prompt_is_open(a->prompt) ? app_heard(a, prompt_act(a->prompt, ACTION_PROMPT_CANCEL)) : 0;
    effects |= app_close_overlay(a);
    return effects | app_notice(a, SLICE("Numbers are hidden while nobody is here: any key shows them."), false);
}
