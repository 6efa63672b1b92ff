/* SPDX-License-Identifier: MIT */
/* app_profiles: the profiles to choose from, and the one under the cursor as it would look: its theme, and beside the list the floor as
 * a preview (tui/preview.h). What is open stays as it is beneath: closing the list shows it again, untouched. Whoever chooses one, the
 * console begins again with it. */
#include "core/base/mem.h"
#include "core/config/profile.h"
#include "tui/app_parts.h"
#include "tui/preview.h"
#include "tui/profile_words.h"

enum { WORDS_MAX = 4000 };

static bool read_profile(struct app *a, const char *name, struct settings *out, struct err *err)
{
    return a->host.profile != NULL ? a->host.profile(a->host.context, name, out, err) : err_set(err, ERR_USAGE, "no profile can be chosen here");
}

/* ---- which there are ---- */

static void add_name(void *context, const char *name, const char *path)
{
    struct app_profiles *p = context;
    (void)path;
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->name[i], name) == 0)
            return; /* the user's goes before the administrator's */
    }
    p->name = mem_resize(p->name, p->count + 1, sizeof *p->name);
    p->name[p->count++] = mem_strdup(name);
}

static void forget_names(struct app_profiles *p)
{
    for (size_t i = 0; i < p->count; i++)
        mem_free(p->name[i]);
    mem_free(p->name);
    p->name = NULL;
    p->count = 0;
}

/* The first is none at all. */
static void find_names(struct app *a)
{
    forget_names(&a->profiles);
    add_name(&a->profiles, "", "");
    if (a->view.settings != NULL)
        profile_each(a->view.settings, add_name, &a->profiles);
}

/* The place of the one that is open, which may be none. */
static size_t open_one(const struct app *a)
{
    const char *open = a->view.settings != NULL && a->view.settings->profile != NULL ? a->view.settings->profile : "";
    size_t i = 0;
    while (i < a->profiles.count && strcmp(a->profiles.name[i], open) != 0)
        i++;
    return i; /* beyond the last: a path */
}

/* ---- the preview ---- */

/* NULL: that of the console that is open. */
static unsigned show_theme(struct app *a, const char *name)
{
    const char *own = a->theme != NULL ? a->theme : a->view.settings != NULL ? a->view.settings->theme : "default";
    const char *now = a->profiles.theme != NULL ? a->profiles.theme : own, *next = name != NULL ? name : own;
    struct err err = ERR_INIT;
    if (strcmp(now, next) == 0)
        return 0;
    struct slice next_text = slice_of(next);
    bool ok = app_wish(a, APP_WISH_THEME, next_text, &err); /* one that went meanwhile: the looks stay as they are */
    if (ok && strcmp(own, next) == 0) {
        mem_free(a->profiles.theme);
        a->profiles.theme = NULL;
    } else if (ok) {
        (void)mem_assign(&a->profiles.theme, next_text);
    }
    return ok ? APP_PAINT | APP_REDRAW : 0;
}

static void preview_end(struct app *a)
{
    preview_free(a->profiles.preview);
    a->profiles.preview = NULL;
}

unsigned app_profiles_moved(struct app *a)
{
    uint64_t key = overlay_chosen(a->overlay);
    struct settings s;
    struct err err = ERR_INIT;
    if (key == a->profiles.shown || key == 0 || key > a->profiles.count)
        return 0;
    a->profiles.shown = key;
    preview_end(a);
    if (key - 1 == open_one(a) || !read_profile(a, a->profiles.name[key - 1], &s, &err))
        return APP_PAINT | show_theme(a, NULL); /* the list says what is wrong with it */
    char *theme = mem_strdup(s.theme);
    a->profiles.preview = preview_new(&s, &a->view, &err);
    unsigned effects = show_theme(a, a->profiles.preview != NULL ? theme : NULL);
    mem_free(theme);
    return effects | APP_PAINT;
}

unsigned app_profiles_close(struct app *a)
{
    preview_end(a);
    forget_names(&a->profiles);
    a->profiles.shown = 0;
    return show_theme(a, NULL);
}

/* ---- the list ---- */

static void add_entry(struct app *a, struct overlay *o, size_t i)
{
    const char *name = a->profiles.name[i];
    struct buf words = BUF_INIT(WORDS_MAX);
    struct settings s;
    struct err err = ERR_INIT;
    bool is_right = read_profile(a, name, &s, &err), is_open = i == open_one(a);
    if (is_right) {
        profile_words(&s, &words);
        settings_clear(&s);
    } else {
        (void)buf_addf(&words, "%s", err.text);
    }
    struct page_value value = { !is_right ? "broken" : is_open ? "open" : NULL, !is_right ? ROLE_ALARM : ROLE_GOOD };
    overlay_add(o, name[0] != '\0' ? slice_of(name) : SLICE("(none)"), name[0] != '\0' ? ROLE_NAME : ROLE_DIM, value, words.len > 0 ? words.data : "", i + 1);
    buf_clear(&words);
}

static unsigned open_list(struct app *a)
{
    find_names(a);
    if (a->profiles.count < 2 && open_one(a) == 0) {
        forget_names(&a->profiles);
        return app_notice(a, SLICE("A profile is settings with a name. ':save NAME' makes one of what you see."), false);
    }
    a->overlay = overlay_profiles("Profiles: what each would show");
    for (size_t i = 0; i < a->profiles.count; i++)
        add_entry(a, a->overlay, i);
    size_t open = open_one(a);
    overlay_set_chosen(a->overlay, open < a->profiles.count ? open + 1 : 1);
    return APP_PAINT | app_profiles_moved(a);
}

unsigned app_profiles_choose(struct app *a)
{
    uint64_t key = overlay_chosen(a->overlay);
    struct err err = ERR_INIT;
    if (key == 0 || key > a->profiles.count)
        return 0;
    return app_wish(a, APP_WISH_PROFILE, slice_of(a->profiles.name[key - 1]), &err) ? APP_QUIT : app_notice(a, slice_of(err.text), true);
}

/* The next one that is right; those that are broken are passed over. Who has only one open has nowhere to go. */
static unsigned step(struct app *a, bool is_next)
{
    struct err err = ERR_INIT;
    unsigned effects = 0;
    find_names(a);
    size_t count = a->profiles.count, open = open_one(a), from = open < count ? open : 0;
    for (size_t i = 1; effects == 0 && i < count; i++) {
        size_t at = is_next ? (from + i) % count : (from + count - i) % count;
        if (at != 0 && app_wish(a, APP_WISH_PROFILE, slice_of(a->profiles.name[at]), &err))
            effects = APP_QUIT;
    }
    if (effects == 0)
        effects = app_notice(a, err.kind != ERR_NONE ? slice_of(err.text) : SLICE("There is no other profile. ':save NAME' makes one of what you see."), err.kind != ERR_NONE);
    forget_names(&a->profiles);
    return effects;
}

bool app_profiles_act(struct app *a, enum action action, unsigned *effects)
{
    struct err err = ERR_INIT;
    bool is_ours = action == ACTION_PROFILES || action == ACTION_PROFILE_NEXT || action == ACTION_PROFILE_PREVIOUS;
    if (is_ours && !app_allows(a, COMMAND_PROFILE, &err)) {
        *effects = app_notice(a, slice_of(err.text), false);
        return true;
    }
    switch (action) {
    case ACTION_PROFILES: *effects = open_list(a); return true;
    case ACTION_PROFILE_NEXT:
    case ACTION_PROFILE_PREVIOUS: *effects = step(a, action == ACTION_PROFILE_NEXT); return true;
    default: return false;
    }
}
