/* SPDX-License-Identifier: MIT */
/* replay: reads one entry ahead of a transcript and says when it is due on a time line that runs at the wished
 * speed. Reads the file once before, for the names of its PBXs. Feeds nobody: the keeper does. */
#include "core/keeper/replay.h"

#include "core/base/mem.h"
#include "core/base/timer.h"

enum { PBX_MAX = 64 };

struct replay {
    struct transcript_reader *reader;
    struct pbx_settings pbx[PBX_MAX];
    size_t count;
    int64_t last_ms; /* of the last entry of the file */
    char *path;
    int64_t permille;
    int64_t until_ms; /* on the way there as fast as it goes; 0: not */
    size_t done, until_done; /* entries; on the way to so many of them; 0: not */
    bool is_paused;
    int64_t mono_ms;  /* when the time line was at `floor_ms` */
    int64_t floor_ms;
    struct transcript_entry entry; /* the next one, while there is one */
    bool is_over;
    struct err err;
};

static size_t find(const struct replay *r, struct slice name)
{
    size_t i = 0;
    while (i < r->count && !slice_eq(slice_of(r->pbx[i].name), name)) {
        i++;
    }
    return i;
}

static bool learn_names(struct replay *r, const char *path, struct err *err)
{
    struct transcript_reader *reader = transcript_open(path, err);
    struct transcript_entry e;
    if (reader == NULL) {
        return false;
    }
    /* A fault in the middle is told when the replay comes to it. */
    while (transcript_next(reader, &e, NULL) == TRANSCRIPT_ENTRY) {
        r->last_ms = e.at_ms > r->last_ms ? e.at_ms : r->last_ms;
        if (find(r, e.pbx) == r->count && r->count < PBX_MAX) {
            r->pbx[r->count++].name = mem_text(e.pbx);
        }
    }
    transcript_reader_free(reader);
    return r->count > 0 || err_set(err, ERR_PROTOCOL, "replaying %s: there is no PBX in this transcript", path);
}

static void read_ahead(struct replay *r)
{
    enum transcript_state state = transcript_next(r->reader, &r->entry, &r->err);
    r->is_over = state != TRANSCRIPT_ENTRY;
}

struct replay *replay_open(const char *path, int64_t permille, int64_t mono_ms, struct err *err)
{
    struct replay *r = mem_alloc(sizeof *r);
    r->path = mem_strdup(path);
    r->permille = permille;
    r->mono_ms = mono_ms;
    r->floor_ms = REPLAY_ZERO_MS;
    if (!learn_names(r, path, err) || (r->reader = transcript_open(path, err)) == NULL) {
        replay_free(r);
        return NULL;
    }
    read_ahead(r);
    return r;
}

void replay_free(struct replay *r)
{
    if (r == NULL) {
        return;
    }
    transcript_reader_free(r->reader);
    mem_free(r->path);
    for (size_t i = 0; i < r->count; i++) {
        mem_free(r->pbx[i].name);
    }
    mem_free(r);
}

size_t replay_count(const struct replay *r)
{
    return r->count;
}

const struct pbx_settings *replay_pbx(const struct replay *r, size_t i)
{
    return &r->pbx[i];
}

int64_t replay_wall_at_zero_ms(const struct replay *r)
{
    return transcript_wall_ms(r->reader) - REPLAY_ZERO_MS;
}

bool replay_is_over(const struct replay *r)
{
    return r->is_over;
}

bool replay_is_fast(const struct replay *r)
{
    return (r->permille == 0 || r->until_ms != 0) && !r->is_over;
}

void replay_stand_at(struct replay *r, int64_t at_ms, int64_t mono_ms)
{
    r->mono_ms = mono_ms;
    r->until_ms = REPLAY_ZERO_MS + at_ms;
    r->is_paused = true;
}

const struct err *replay_error(const struct replay *r)
{
    return &r->err;
}

int64_t replay_due_ms(const struct replay *r)
{
    int64_t due = REPLAY_ZERO_MS + r->entry.at_ms;
    return r->is_over ? TIMER_NEVER : due > r->floor_ms ? due : r->floor_ms; /* a time line does not run back */
}

int64_t replay_now_ms(const struct replay *r, int64_t mono_ms)
{
    if (r->is_over) {
        return r->floor_ms;
    }
    int64_t due = replay_due_ms(r), now = due;
    if (r->until_ms != 0) {
        now = r->until_ms;
    } else if (r->is_paused) {
        now = r->floor_ms;
    } else if (r->permille != 0) {
        now = r->floor_ms + (mono_ms - r->mono_ms) * r->permille / 1000;
    }
    return now < due ? now : due;
}

int64_t replay_deadline(const struct replay *r, int64_t floor_ms)
{
    if (r->is_over || floor_ms == TIMER_NEVER || (r->is_paused && r->until_ms == 0)) {
        return TIMER_NEVER;
    }
    return replay_is_fast(r) ? 0 : r->mono_ms + (floor_ms - r->floor_ms) * 1000 / r->permille + 1;
}

void replay_time(const struct replay *r, int64_t mono_ms, struct wire_time *out)
{
    out->mono_ms = mono_ms;
    out->floor_ms = replay_now_ms(r, mono_ms);
    out->wall_ms = replay_wall_at_zero_ms(r) + out->floor_ms;
    out->from_ms = REPLAY_ZERO_MS;
    out->to_ms = REPLAY_ZERO_MS + r->last_ms;
    out->rate_permille = r->is_over || r->is_paused ? 0 : r->permille;
}

/* From now on the time line begins here. */
static void tie_now(struct replay *r, int64_t mono_ms)
{
    r->floor_ms = replay_now_ms(r, mono_ms);
    r->mono_ms = mono_ms;
}

/* Has it come to where it was sent? */
static void arrive(struct replay *r, int64_t mono_ms)
{
    bool is_there = r->until_done != 0 ? r->done >= r->until_done : replay_due_ms(r) > r->until_ms;
    if (r->until_ms != 0 && (r->is_over || is_there)) {
        r->floor_ms = r->is_over || r->until_done != 0 ? r->floor_ms : r->until_ms;
        r->until_ms = 0;
        r->until_done = 0;
        r->mono_ms = mono_ms;
    }
}

/* The time line is tied anew at every entry, so that it stops where the transcript does. */
static void tie(struct replay *r, int64_t floor_ms)
{
    if (r->permille != 0 && r->until_ms == 0) {
        r->mono_ms += (floor_ms - r->floor_ms) * 1000 / r->permille;
    }
    r->floor_ms = floor_ms;
}

bool replay_next(struct replay *r, int64_t mono_ms, const struct transcript_entry **out, size_t *pbx)
{
    arrive(r, mono_ms);
    if (r->is_over || replay_now_ms(r, mono_ms) < replay_due_ms(r)) {
        return false;
    }
    tie(r, replay_due_ms(r));
    *out = &r->entry;
    *pbx = find(r, r->entry.pbx);
    return true;
}

void replay_done(struct replay *r)
{
    r->done++;
    read_ahead(r);
}

void replay_halt(struct replay *r, int64_t mono_ms)
{
    r->until_ms = 0;
    r->until_done = 0;
    r->is_paused = true;
    r->mono_ms = mono_ms;
}

/* ---- what a person does to it ---- */

const char *const replay_verb_names[] = { [REPLAY_PAUSE] = "pause", [REPLAY_SPEED] = "speed", [REPLAY_SEEK] = "seek", [REPLAY_STEP] = "step",
                                           [REPLAY_BACK] = "back", [REPLAY_NEXT] = "next", [REPLAY_PREVIOUS] = "previous", [REPLAY_LINE] = "line",
                                           [REPLAY_LIVE] = "live" };
_Static_assert(sizeof replay_verb_names / sizeof replay_verb_names[0] == REPLAY_VERB_COUNT, "a verb without a word");

enum { FASTEST_PERMILLE = 1000000 };

static bool begin_anew(struct replay *r, bool *is_anew)
{
    struct transcript_reader *again = transcript_open(r->path, NULL);
    if (again == NULL) {
        return false; /* the file has gone: where we are is all there is */
    }
    transcript_reader_free(r->reader);
    r->reader = again;
    r->floor_ms = REPLAY_ZERO_MS;
    r->done = 0;
    r->err = (struct err){ .kind = ERR_NONE };
    read_ahead(r);
    *is_anew = true;
    return true;
}

static bool seek(struct replay *r, int64_t floor_ms, int64_t mono_ms, bool *is_anew)
{
    int64_t now_ms = replay_now_ms(r, mono_ms);
    floor_ms = floor_ms > REPLAY_ZERO_MS ? floor_ms : REPLAY_ZERO_MS;
    if (floor_ms < now_ms && !begin_anew(r, is_anew)) {
        return false;
    }
    r->mono_ms = mono_ms;
    r->until_ms = r->is_over ? 0 : floor_ms;
    return true;
}

/* Behind the entry before the one that was done last; the first one is always done. */
static bool step_back(struct replay *r, int64_t mono_ms, bool *is_anew)
{
    size_t to = r->done > 1 ? r->done - 1 : 1;
    if (r->done == 0 || !begin_anew(r, is_anew)) {
        return false;
    }
    r->is_paused = true;
    r->mono_ms = mono_ms;
    r->until_ms = INT64_MAX / 2;
    r->until_done = to;
    return true;
}

bool replay_obey(struct replay *r, struct slice verb, int64_t number, int64_t mono_ms, bool *is_anew)
{
    *is_anew = false;
    tie_now(r, mono_ms);
    r->until_done = 0;
    if (slice_eq(verb, slice_of(replay_verb_names[REPLAY_BACK]))) {
        return step_back(r, mono_ms, is_anew);
    }
    if (slice_eq(verb, slice_of(replay_verb_names[REPLAY_SEEK]))) {
        return seek(r, number, mono_ms, is_anew);
    }
    if (slice_eq(verb, slice_of(replay_verb_names[REPLAY_SPEED])) && number > 0 && number <= FASTEST_PERMILLE) {
        r->permille = number;
        return true;
    }
    if (slice_eq(verb, slice_of(replay_verb_names[REPLAY_PAUSE]))) {
        r->is_paused = number != 0;
        return true;
    }
    if (!slice_eq(verb, slice_of(replay_verb_names[REPLAY_STEP])) || r->is_over) {
        return false;
    }
    r->is_paused = true;
    r->until_ms = replay_due_ms(r);
    return true;
}
