/* SPDX-License-Identifier: MIT */
/* target_value: words of an order that are no thing of the floor: the name of a role, a duration. Owns nothing. */
#include "core/control/target.h"

#include "core/base/near.h"

static const char *role_at(size_t i, const void *context)
{
    const struct world *w = context;
    return i < w->settings->role_count ? w->settings->role[i].name : NULL;
}

bool target_role(const struct world *w, struct slice word, int64_t *penalty, struct target_fault *fault)
{
    if (slice_int(word, 0, INT32_MAX, penalty)) /* whatever a role is called: an undo says numbers, too */
        return true;
    for (size_t i = 0; i < w->settings->role_count; i++) {
        if (slice_eq_nocase(slice_of(w->settings->role[i].name), word)) {
            *penalty = w->settings->role[i].penalty;
            return true;
        }
    }
    const char *near = near_name(word, role_at, w);
    if (near != NULL)
        return target_fail(fault, ORDER_WRONG, "there is no role '%.*s': did you mean '%s'? A number is a penalty", SLICE_FMT(word), near);
    struct buf names = BUF_INIT(300);
    for (size_t i = 0; i < w->settings->role_count; i++)
        (void)buf_addf(&names, "%s'%s'", i > 0 ? ", " : "", w->settings->role[i].name);
    (void)target_fail(fault, ORDER_WRONG, "there is no role '%.*s': %s%s, and a number is a penalty", SLICE_FMT(word), names.len > 0 && !names.overflow ? "there are " : "",
                      names.len > 0 && !names.overflow ? names.data : "'roles' in the configuration names them");
    buf_clear(&names);
    return false;
}

bool target_duration(struct slice word, int64_t *ms, struct target_fault *fault)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 } };
    struct slice s = word;
    int64_t factor = 1, milli;
    for (size_t i = 0; i < sizeof units / sizeof units[0] && s.n > 0; i++) {
        if (s.p[s.n - 1] == units[i].unit) {
            factor = units[i].seconds;
            s.n--;
            break;
        }
    }
    if (!slice_milli(s, &milli) || milli <= 0 || milli > INT64_C(86400) * 1000 / factor)
        return target_fail(fault, ORDER_WRONG, "'%.*s' is no duration: 20, 90s, 5m or 1h, up to a day", SLICE_FMT(word));
    *ms = milli * factor;
    return true;
}
