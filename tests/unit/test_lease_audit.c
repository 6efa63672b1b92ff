/* SPDX-License-Identifier: MIT */
/* What the audit log has of leases: the order that takes an agent out, and the one that goes on after a restart, name the order that lent him. */
#include "tests/unit/support_orders.h"
#include "tests/unit/support_temp.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static char folder[TEMP_PATH_MAX];

static int set_up(void **state)
{
    return stage_set_up_leases(state, folder);
}

static int tear_down(void **state)
{
    int rc = stage_tear_down(state);
    DIR *d = opendir(folder);
    const struct dirent *e;
    while ((e = readdir(d)) != NULL) {
        char path[TEMP_PATH_MAX + sizeof e->d_name];
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.')
            (void)remove(path);
    }
    (void)closedir(d);
    (void)remove(folder);
    return rc;
}

static void put_with(struct stage *s, int64_t penalty)
{
    stage_put_member(s, (struct stage_seat){ ANN_BILLING, BILLING, ANN, "PJSIP/401", "Ann Li", NULL, penalty, MEMBERSHIP_DYNAMIC });
}

static void lend(struct stage *s)
{
    long long mark = 0;
    uint64_t id = stage_give(s, "add 401 billing --for 20m")->id;
    assert_int_equal(sscanf(strstr(buf_slice(&s->sent).p, "Penalty="), "Penalty=%lld", &mark), 1);
    put_with(s, mark);
    stage_yes(s);
    put_with(s, 0);
    stage_yes(s);
    stage_is(orders_get(s->orders, id), ORDER_ACTIVE, NULL);
}

/* All that was written down since, in which this stands. */
static void is_written(struct stage *s, const char *wanted)
{
    if (strstr(buf_slice(&s->written).p, wanted) == NULL)
        fail_msg("'%s' is not in '%s'", wanted, buf_slice(&s->written).p);
}

static void put_back(struct stage *s)
{
    stage_tick(s, 20 * 60 * 1000);
    assert_non_null(strstr(buf_slice(&s->sent).p, "QueueRemove"));
    stage_drop(s, FACT_MEMBER, ANN_BILLING);
    stage_yes(s);
}

static void who_takes_him_out_names_the_order_that_lent_him(void **state)
{
    struct stage *s = *state;
    lend(s);
    buf_reset(&s->written);
    put_back(s);
    assert_string_equal(buf_slice(&s->written).p, "pending remove PJSIP/401 billing [geneva] of 1\ndone remove PJSIP/401 billing [geneva] of 1\ndone add 401 billing --for 20m [geneva]\n");
}

static void who_goes_on_after_a_restart_does_too(void **state)
{
    struct stage *s = *state;
    lend(s);
    stage_lends(s, folder); /* the first one has died */
    buf_reset(&s->written);
    stage_tick(s, 0);
    is_written(s, "active  [geneva] of cafe-1 by 1001\n");
    put_back(s);
    is_written(s, "pending remove PJSIP/401 billing [geneva] of cafe-1 by 1001\n");
    is_written(s, "done  [geneva] of cafe-1 by 1001\n");
    size_t at = 0;
    stage_is(orders_each(s->orders, &at), ORDER_DONE, "put back: the time was over; order cafe-1 of 1970-01-01T00:16:41.000Z lent him, and its acdtop has died");
}

/* Its file has no word of the order: it is put back all the same. */
static void of_an_earlier_version_the_order_is_unknown(void **state)
{
    struct stage *s = *state;
    char text[8192], path[TEMP_PATH_MAX + 300] = "";
    lend(s);
    DIR *d = opendir(folder);
    const struct dirent *e;
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.')
            (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    }
    (void)closedir(d);
    FILE *f = fopen(path, "re");
    size_t n = fread(text, 1, sizeof text - 1, f);
    (void)fclose(f);
    text[n] = '\0';
    char *own = strstr(text, "\norder=cafe-1\n");
    assert_non_null(own);
    own[1] = '\0';
    f = fopen(path, "we");
    assert_int_equal(fputs(text, f) < 0, 0);
    (void)fclose(f);
    stage_lends(s, folder);
    buf_reset(&s->written);
    stage_tick(s, 0);
    put_back(s);
    size_t at = 0;
    const struct fact_order *o = orders_each(s->orders, &at);
    stage_is(o, ORDER_DONE, "put back: the time was over");
    assert_null(strstr(o->answer, "lent him"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_takes_him_out_names_the_order_that_lent_him), TEST(who_goes_on_after_a_restart_does_too), TEST(of_an_earlier_version_the_order_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
