/* SPDX-License-Identifier: MIT */
/* app_help: '/' in the help: as in lists, what is typed leaves only the entries that have it; Esc brings all back. */
#include "tui/app_parts.h"

static void show(struct app *a, struct slice text)
{
    overlay_find(a->overlay, a->keys, a->view.is_ascii, text);
}

bool app_help_act(struct app *a, enum action action)
{
    if (!overlay_can_find(a->overlay))
        return false;
    if (action == ACTION_CANCEL && overlay_found(a->overlay).n > 0) {
        show(a, SLICE(""));
        return true;
    }
    if (action != ACTION_FILTER && action != ACTION_SEARCH)
        return false;
    a->is_commanding = false;
    prompt_open(a->prompt, &(struct prompt_setup){ .title = "find in the help" }, overlay_found(a->overlay));
    return true;
}

unsigned app_help_heard(struct app *a, enum prompt_news news)
{
    if (news == PROMPT_CHANGED || news == PROMPT_CANCELLED)
        show(a, news == PROMPT_CANCELLED ? SLICE("") : prompt_text(a->prompt));
    if (news == PROMPT_ACCEPTED || news == PROMPT_CANCELLED)
        prompt_close(a->prompt);
    return news == PROMPT_SAME ? 0 : APP_PAINT;
}
