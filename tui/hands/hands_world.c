/* SPDX-License-Identifier: MIT */
/* hands_world: a struct world over the console's store. What the AMI user may is what the PBX said of him (fact_pbx.write_classes); which
 * actions this Asterisk lacks only the keeper knows. Owns the directory, and settings where it was given none. */
#include "tui/hands/hands_world.h"

#include "core/base/mem.h"

struct hands_world {
    struct world world;
    struct settings own; /* only where none were given */
    bool has_own;
    struct directory *directory;
    const struct rights *rights; /* NULL: nothing is known of them */
    const struct store *store; /* while a line is planned */
};

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct hands_world *w = context;
    return store_get(w->store, kind, id);
}

static const struct fact *each(void *context, enum fact_kind kind, struct world_at *at)
{
    const struct hands_world *w = context;
    return store_each(w->store, kind, &at->at);
}

static const struct fact *who(void *context, struct slice text, bool is_part, struct who_at *at, enum fact_kind *kind)
{
    const struct hands_world *w = context;
    uint64_t id;
    while (who_next(store_who(w->store), text, is_part, at, kind, &id)) {
        const struct fact *f = store_get(w->store, *kind, id);
        if (f != NULL)
            return f;
    }
    return NULL;
}

static const struct {
    unsigned bit;
    const char *word; /* as ListCommands and manager.conf have it */
} classes[] = {
    { CLASS_AGENT, "agent" }, { CLASS_CALL, "call" }, { CLASS_ORIGINATE, "originate" }, { CLASS_MESSAGE, "message" }, { CLASS_SYSTEM, "system" },
    { CLASS_DIALPLAN, "dialplan" }, { CLASS_REPORTING, "reporting" }, { CLASS_USER, "user" }, { CLASS_COMMAND, "command" }, { CLASS_CONFIG, "config" },
};

static unsigned classes_of(const char *text)
{
    unsigned bits = 0;
    for (struct slice rest = slice_of(text); rest.p != NULL;) {
        struct slice word = slice_trim(slice_cut(rest, ',', &rest));
        for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
            bits |= slice_eq(word, slice_of(classes[i].word)) ? classes[i].bit : 0;
        if (slice_eq(word, SLICE("all")))
            return ~0u;
    }
    return bits;
}

static bool may(void *context, uint64_t pbx, enum request_kind kind)
{
    const struct fact_pbx *p = (const void *)get(context, FACT_PBX, pbx);
    if (p == NULL || p->write_classes == NULL || request_table[kind].write_class == 0)
        return true; /* nobody knows: it may be tried */
    return (classes_of(p->write_classes) & request_table[kind].write_class) != 0;
}

static bool allows(void *context, enum command_id id, struct err *err)
{
    const struct hands_world *w = context;
    return rights_allow(w->rights, id, err);
}

void hands_world_rights(struct hands_world *w, const struct rights *rights)
{
    w->rights = rights;
    w->world.allows = allows;
    w->world.self = rights->self[0] != '\0' ? rights->self : NULL;
}

struct hands_world *hands_world_new(const struct settings *settings)
{
    struct hands_world *w = mem_alloc(sizeof *w);
    struct err err = ERR_INIT;
    w->has_own = settings == NULL;
    if (w->has_own) {
        settings_init(&w->own);
        settings = &w->own;
    }
    w->directory = directory_new(settings, &err);
    w->world = (struct world){ .settings = settings, .directory = w->directory, .get = get, .each = each, .who = who, .may = may, .context = w };
    return w;
}

void hands_world_free(struct hands_world *w)
{
    if (w == NULL)
        return;
    directory_free(w->directory);
    if (w->has_own)
        settings_clear(&w->own);
    mem_free(w);
}

static enum hands_verdict verdict(struct hands_world *w, const struct command *c, struct buf *said)
{
    struct plan plan;
    struct target_fault fault;
    bool ok = plan_make(&w->world, c, NULL, &plan, &fault);
    enum hands_verdict v = !ok ? HANDS_CANNOT : plan.nothing != NULL ? HANDS_NOTHING : HANDS_MAY;
    (void)buf_addf(said, "%s", !ok ? fault.err.text : plan.nothing != NULL ? plan.nothing : plan.what != NULL ? plan.what : command_table[c->id].name);
    plan_clear(&plan);
    return v;
}

enum hands_verdict hands_world_plan(struct hands_world *w, const struct store *s, struct slice line, struct buf *said)
{
    struct command c;
    struct command_fault fault;
    enum hands_verdict v = HANDS_CANNOT;
    if (w->directory == NULL) { /* settings that are being mended: the keeper will say */
        (void)buf_add(said, line);
        return HANDS_MAY;
    }
    w->store = s;
    if (command_parse(line, COMMAND_CONSOLE, &c, &fault))
        v = verdict(w, &c, said);
    else
        (void)buf_addf(said, "%s", fault.err.text);
    command_clear(&c);
    w->store = NULL;
    return v;
}

static void aim(struct hands_world *w, const struct command *c, struct buf *out)
{
    struct plan plan;
    struct target_fault fault;
    bool ok = plan_make(&w->world, c, NULL, &plan, &fault);
    (void)buf_addf(out, "%s\n", !ok ? fault.err.text : plan.what != NULL ? plan.what : "");
    for (size_t i = 0; i < plan.count; i++)
        act_write(&plan.act[i], out);
    plan_clear(&plan);
}

void hands_world_aim(struct hands_world *w, const struct store *s, struct slice lines, struct buf *out)
{
    w->store = s;
    for (struct slice rest = lines; w->directory != NULL && rest.p != NULL && rest.n > 0;) {
        struct command c;
        struct command_fault fault;
        if (command_parse(slice_cut(rest, '\n', &rest), COMMAND_CONSOLE, &c, &fault) && plan_is_harmful(c.id))
            aim(w, &c, out);
        command_clear(&c);
    }
    w->store = NULL;
}

/* What Asterisk, or the configuration, lacks for it; without a configuration the keeper will say. */
static bool is_possible(struct hands_world *w, const struct store *s, uint64_t pbx, enum command_id id, struct buf *said)
{
    struct target_fault fault = { .err = ERR_INIT };
    w->store = s;
    bool ok = w->directory == NULL || w->has_own || plan_is_possible(&w->world, pbx, id, &fault);
    w->store = NULL;
    if (!ok)
        (void)buf_addf(said, "%s", fault.err.text);
    return ok;
}

bool hands_world_may(struct hands_world *w, const struct store *s, uint64_t pbx, enum command_id id, struct buf *said)
{
    enum request_kind kind = plan_needs(id);
    const struct fact_pbx *p = (const void *)store_get(s, FACT_PBX, pbx);
    const char *word = "the class it needs";
    struct err err = ERR_INIT;
    if (w->rights != NULL && !rights_allow(w->rights, id, &err)) {
        (void)buf_add(said, slice_of(err.text));
        return false;
    }
    w->store = s;
    bool ok = kind == REQUEST_COUNT || may(w, pbx, kind);
    w->store = NULL;
    for (size_t i = sizeof classes / sizeof classes[0]; !ok && i > 0; i--) { /* the narrowest is first */
        if ((request_table[kind].write_class & classes[i - 1].bit) != 0)
            word = classes[i - 1].word;
    }
    if (!ok)
        (void)buf_addf(said, "the AMI user may not do %s on %s: in manager.conf add %s to its write =, then 'manager reload'", request_table[kind].action,
                       p != NULL ? p->name : "the PBX", word);
    return ok && is_possible(w, s, pbx, id, said);
}

const char *hands_world_pbx(const struct store *s, struct slice line)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(s, FACT_PBX, &at)) != NULL;) {
        struct slice name = slice_of(((const struct fact_pbx *)(const void *)f)->name);
        for (size_t i = 0; i + name.n < line.n; i++) {
            bool ends = i + 1 + name.n == line.n || line.p[i + 1 + name.n] == ' ' || line.p[i + 1 + name.n] == '"';
            if (ends && line.p[i] == '@' && slice_eq((struct slice){ line.p + i + 1, name.n }, name))
                return name.p;
        }
    }
    return NULL;
}

size_t hands_world_count(struct slice lines)
{
    size_t n = 0;
    for (struct slice rest = lines; rest.p != NULL && rest.n > 0; n++)
        (void)slice_cut(rest, '\n', &rest);
    return n;
}
