/* SPDX-License-Identifier: MIT */
/* column_links: the columns of a PBX and its link: how it stands, how fast it runs, how far its facts are proven.
 * Same rules as column_rows.c.
 */
#include "tui/table/column_parts.h"

#include "core/base/sum.h"
#include "tui/rate.h"

static const struct fact_pbx *pbx_of(const struct fact *f)
{
    return (const void *)f;
}

static enum role link_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)n;
    int64_t link = pbx_of(f)->link;
    return link >= 0 && link < LINK_STATE_COUNT ? view_link_looks[link].role : ROLE_TEXT;
}

static bool events_rate(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)c;
    return rates_events(v->rates, f->id, out);
}

static bool bytes_rate(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)c;
    return rates_bytes(v->rates, f->id, out);
}

static void add_amount(struct buf *out, int64_t milli, const char *unit)
{
    static const char *const sizes[] = { "", "k", "M", "G", "T" };
    size_t size = 0;
    while (milli >= 1000000 && size + 1 < sizeof sizes / sizeof sizes[0]) {
        milli /= 1000;
        size++;
    }
    if (milli < 10000 && milli % 1000 != 0)
        (void)buf_addf(out, "%d.%d", (int)(milli / 1000), (int)(milli % 1000 / 100));
    else
        (void)buf_addf(out, "%d", (int)(milli / 1000));
    (void)buf_addf(out, "%s%s%s", *unit != '\0' ? " " : "", sizes[size], unit);
}

static void write_events_rate(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    int64_t milli;
    if (events_rate(v, c, f, &milli))
        add_amount(out, milli, "");
    else
        (void)buf_add_char(out, '-');
}

static void write_bytes_rate(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    int64_t milli;
    if (bytes_rate(v, c, f, &milli))
        add_amount(out, milli, "B");
    else
        (void)buf_add_char(out, '-');
}

static void write_bytes(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v;
    add_amount(out, sum_mul(fact_int(f, c->field), 1000), "B");
}

static void write_round_trip(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v, (void)c;
    int64_t us = pbx_of(f)->round_trip_us;
    if (us < 0)
        (void)buf_add_char(out, '-');
    else
        (void)buf_addf(out, "%lld.%lld ms", (long long)(us / 1000), (long long)(us % 1000 / 100));
}

static bool clock_offset(const struct view *v, const struct column *c, const struct fact *f, int64_t *out)
{
    (void)v, (void)c;
    *out = pbx_of(f)->clock_offset_ms;
    return pbx_of(f)->is_clock_known != 0;
}

static void write_clock_offset(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    int64_t ms;
    if (!clock_offset(v, c, f, &ms)) {
        (void)buf_add_char(out, '-');
        return;
    }
    int64_t size = ms < 0 ? sum_sub(0, ms) : ms;
    if (size < 10000)
        (void)buf_addf(out, "%c%lld.%03lld s", ms < 0 ? '-' : '+', (long long)(size / 1000), (long long)(size % 1000));
    else
        (void)buf_addf(out, "%c%lld s", ms < 0 ? '-' : '+', (long long)(size / 1000));
}

/* A clock far from ours spoils what is read from wall times on the PBX's side. */
static enum role clock_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f;
    return n > 60000 || n < -60000 ? ROLE_WARN : ROLE_TEXT;
}

/* How many queues are proven, waiting to be read, and so on: "48 proven, 2 to be read". */
static void write_queues(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    size_t count[QUEUE_STATE_COUNT] = { 0 };
    bool is_first = true;
    for (const struct fact *q = NULL; (q = store_child(view_whole(v), FACT_QUEUE, f->id, q)) != NULL;) {
        int64_t state = ((const struct fact_queue *)(const void *)q)->state;
        if (state >= 0 && state < QUEUE_STATE_COUNT)
            count[state]++;
    }
    for (size_t i = QUEUE_STATE_COUNT; i > 0; i--) {
        size_t state = (i + QUEUE_CLEAN) % QUEUE_STATE_COUNT; /* the proven ones first */
        if (count[state] == 0)
            continue;
        (void)buf_addf(out, "%s%zu %s", is_first ? "" : ", ", count[state], view_queue_looks[state].word);
        is_first = false;
    }
    if (is_first)
        (void)buf_add(out, SLICE("none"));
}

static enum role drift_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)c, (void)f;
    return n > 0 ? ROLE_WARN : ROLE_ZERO;
}

static void write_retry(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)c;
    int64_t at = pbx_of(f)->retry_at;
    if (at > v->beat_ms) {
        (void)buf_add(out, SLICE("in "));
        view_add_duration(out, sum_sub(at, v->beat_ms));
    } else {
        (void)buf_add(out, SLICE("none"));
    }
}

static void write_may(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v;
    int64_t n = fact_int(f, c->field);
    (void)buf_add(out, n > 0 ? SLICE("yes") : n == 0 ? SLICE("not allowed") : SLICE("not tried yet"));
}

static void write_endpoints(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v, (void)c;
    if (pbx_of(f)->endpoints < 0)
        (void)buf_addf(out, "not told");
    else
        (void)buf_addf(out, "%lld", (long long)pbx_of(f)->endpoints);
}

static void write_certificate(const struct view *v, const struct column *c, const struct fact *f, struct buf *out)
{
    (void)v, (void)c;
    if (pbx_of(f)->certificate_until != 0)
        view_add_clock(out, pbx_of(f)->certificate_until, "%e %b %Y");
    else
        (void)buf_add_char(out, '-');
}

static enum role long_role(const struct view *v, const struct column *c, const struct fact *f, int64_t n)
{
    (void)v, (void)f, (void)n;
    return strcmp(c->id, "reason") == 0 ? ROLE_ERROR : ROLE_NOTICE;
}

const struct column column_pbx_rows[] = {
    { .id = "name", .title = "PBX", .width = 12, .least = 8, .most = 24, .role = column_name_role },
    { .id = "link", .title = "Link", .label = "state", .form = FORM_LOOK, .looks = view_link_looks, .width = 12, .least = 12, .help = "how the link stands" },
    { .id = "link_since", .title = "For", .label = "for", .width = 8, .drop = 2, .role = link_role, .help = "how long the link has been so" },
    { .id = "events_rate", .title = "Ev/s", .label = "events a second", .form = FORM_COUNT, .number = events_rate, .write = write_events_rate, .width = 6, .drop = 6,
      .help = "AMI events a second, over the last ten seconds" },
    { .id = "bytes_rate", .title = "Bytes/s", .label = "bytes a second", .form = FORM_COUNT, .number = bytes_rate, .write = write_bytes_rate, .width = 8, .drop = 8,
      .help = "bytes received a second, over the last ten seconds" },
    { .id = "round_trip_us", .title = "Round", .label = "round trip", .form = FORM_COUNT, .write = write_round_trip, .width = 9, .drop = 4,
      .help = "from the last Ping to its answer" },
    { .id = "clock_offset_ms", .title = "Clock", .label = "clock off by", .form = FORM_COUNT, .number = clock_offset, .write = write_clock_offset, .width = 10, .drop = 10,
      .help = "wall clock of the PBX minus ours; + is ahead of us", .role = clock_role },
    { .id = "queues_state", .title = "Queues", .label = "queues", .form = FORM_TEXT, .write = write_queues, .width = 22, .least = 12, .most = 40, .drop = 5,
      .help = "how many queues are proven by a re-read, and how many wait for one" },
    { .id = "reread_at", .title = "Re-read", .label = "last re-read", .width = 8, .drop = 9, .help = "how long ago the last re-read of a queue ended" },
    { .id = "drift", .title = "Drift", .width = 5, .drop = 3, .role = drift_role },
    { .id = "reconnects", .title = "Recon", .width = 5, .drop = 12 },
    { .id = "asterisk", .title = "Asterisk", .label = "version", .width = 12, .least = 8, .most = 30, .drop = 14, .role = column_dim_role },
    { .id = "reason", .title = "Why / notice", .label = "why not live", .width = 16, .least = 12, .most = 80, .drop = 20, .is_long = true, .role = long_role },
    { .id = "notice", .title = "Notice", .label = "notice", .width = 16, .most = 80, .drop = 250, .is_long = true, .role = long_role },
    { .id = "drift_last", .title = "Last drift", .label = "last drift", .width = 16, .most = 80, .drop = 250, .is_long = true, .role = long_role },
    { .id = "heard_at", .title = "Heard", .label = "last heard", .width = 8, .drop = 240 },
    { .id = "retry_at", .title = "Next try", .label = "next try", .width = 8, .drop = 240, .write = write_retry },
    { .id = "is_clock_known", .title = "Clock?", .label = "clock measured", .width = 6, .drop = 240 },
    { .id = "bytes_in", .title = "In", .label = "received", .form = FORM_COUNT, .width = 9, .drop = 240, .write = write_bytes },
    { .id = "bytes_out", .title = "Out", .label = "sent", .form = FORM_COUNT, .width = 9, .drop = 240, .write = write_bytes },
    { .id = "events", .title = "Events", .label = "events used", .width = 9, .drop = 240, .is_quiet = true },
    { .id = "events_skipped", .title = "Skipped", .label = "events skipped", .width = 9, .drop = 240, .is_quiet = true },
    { .id = "suspects", .title = "To read", .label = "queues to re-read", .width = 7, .drop = 240 },
    { .id = "barrier", .title = "Fenced", .label = "re-reads fenced", .form = FORM_COUNT, .width = 8, .drop = 240, .write = write_may },
    { .id = "peers", .title = "Peers", .label = "calls known", .form = FORM_COUNT, .width = 8, .drop = 240, .write = write_may },
    { .id = "endpoints", .title = "Phones", .label = "telephones known", .form = FORM_COUNT, .width = 7, .drop = 240, .write = write_endpoints },
    { .id = "cause", .title = "Cause", .label = "cause in a word", .width = 12, .drop = 240 },
    { .id = "address", .title = "Address", .label = "its address", .width = 20, .drop = 240 },
    { .id = "own_address", .title = "Ours", .label = "our address", .width = 20, .drop = 240 },
    { .id = "certificate_until", .title = "Cert", .label = "certificate until", .width = 12, .drop = 240, .order = 1, .write = write_certificate },
    { .id = "write_classes", .title = "May", .label = "may send", .width = 20, .drop = 240 },
    { .id = "seen_classes", .title = "Hears", .label = "hears", .width = 20, .drop = 240 },
    { .id = NULL },
};
