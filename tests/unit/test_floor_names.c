/* SPDX-License-Identifier: MIT */
/* What the configuration calls queues and agents, in the model: names where the PBX has none, aliases, teams, places. */
#include "tests/unit/support_floor.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define MEMBER(place, name) "QueueMember Queue=q1 Name=" name " Location=" place " StateInterface=" place " Membership=dynamic Status=1 Paused=0 LoginTime=1699999000\n"
#define WORLD "QueueParams Queue=q1 ServiceLevel=20\n" MEMBER("PJSIP/1", "PJSIP/1") MEMBER("PJSIP/2", "Bea") MEMBER("PJSIP/3", "Cy") MEMBER("SIP/9", "SIP/9") \
    "QueueParams Queue=q2 ServiceLevel=20\n"

static const char names[] =
    "agent_interface = \"PJSIP/{ext}\";\n"
    "agents = ( { extension = \"3\"; alias = \"the third\"; team = \"b\"; }, { extension = \"2\"; name = \"not she\"; },\n"
    "  { extension = \"1\"; name = \"Ann\"; team = \"a\"; } );\n"
    "queue_names = ( { name = \"Q2\"; }, { name = \"q1\"; alias = \"Sales\"; pbx = \"geneva\"; }, { name = \"q2\"; alias = \"elsewhere\"; pbx = \"oslo\"; } );\n";

static void load(struct settings *s)
{
    char path[TEMP_PATH_MAX];
    temp_template(path);
    struct err err = ERR_INIT;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, names, strlen(names)), (ssize_t)strlen(names));
    (void)close(fd);
    settings_init(s);
    bool ok = settings_load(s, path, &err) && settings_finish(s, &err);
    (void)unlink(path);
    if (!ok)
        fail_msg("%s", err.text);
}

static void names_come_from_whoever_has_them(void **state)
{
    (void)state;
    struct stage s;
    struct settings settings;
    load(&settings);
    struct directory *d = directory_new(&settings, NULL);
    stage_open_named(&s, d);
    stage_read(&s, NULL, WORLD);
    const struct fact_agent *a = stage_agent(&s, "PJSIP/1");
    assert_string_equal(a->name, "Ann"); /* Asterisk had none and sent the interface */
    assert_string_equal(a->extension, "1");
    assert_string_equal(a->team, "a");
    assert_int_equal(a->place, 3);
    assert_string_equal(stage_agent(&s, "PJSIP/2")->name, "Bea"); /* the PBX's name holds */
    assert_null(stage_agent(&s, "PJSIP/2")->team);
    assert_string_equal(stage_agent(&s, "PJSIP/3")->name, "the third"); /* but for an alias */
    assert_string_equal(stage_agent(&s, "SIP/9")->name, "SIP/9");
    assert_null(stage_agent(&s, "SIP/9")->extension);
    assert_int_equal(stage_agent(&s, "SIP/9")->place, -1);
    const struct fact_member *m = stage_member(&s, "q1", "PJSIP/3");
    assert_string_equal(m->name, "Cy"); /* the truth of the PBX stays */
    assert_string_equal(m->alias, "the third");
    assert_string_equal(m->team, "b");
    assert_null(stage_member(&s, "q1", "PJSIP/2")->alias);
    assert_string_equal(stage_queue(&s, "q1")->alias, "Sales");
    assert_int_equal(stage_queue(&s, "q1")->place, 2);
    assert_null(stage_queue(&s, "q2")->alias);
    assert_int_equal(stage_queue(&s, "q2")->place, 1);
    stage_close(&s);
    directory_free(d);
    settings_clear(&settings);
}

static void a_name_that_is_not_the_pbxs_is_no_drift(void **state)
{
    (void)state;
    struct stage s;
    struct settings settings;
    load(&settings);
    struct directory *d = directory_new(&settings, NULL);
    stage_open_named(&s, d);
    stage_read(&s, NULL, WORLD);
    stage_read(&s, NULL, WORLD);
    assert_int_equal(stage_drift(&s), 0);
    stage_say(&s, "QueueMemberPause Queue=q1 MemberName=Ann2 Interface=PJSIP/1 StateInterface=PJSIP/1 Membership=dynamic LoginTime=1699999000 Status=1 Paused=1\n");
    assert_string_equal(stage_agent(&s, "PJSIP/1")->name, "Ann2"); /* now it has one */
    assert_null(stage_member(&s, "q1", "PJSIP/1")->alias);
    stage_close(&s);
    directory_free(d);
    settings_clear(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_from_whoever_has_them),
        cmocka_unit_test(a_name_that_is_not_the_pbxs_is_no_drift),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
