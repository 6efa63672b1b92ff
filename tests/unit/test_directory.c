/* SPDX-License-Identifier: MIT */
/* Who is who: what a person types, whose interface it is, what the patterns say in both directions. */
#include "core/base/mem.h"
#include "core/config/directory.h"
#include "tests/unit/support_temp.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char world[] =
    "agent_interface = \"PJSIP/{ext}\";\n"
    "agents = (\n"
    "  { extension = \"401\"; name = \"Ana Roy\"; team = \"sales\"; alias = \"Nan\"; },\n"
    "  { extension = \"402\"; name = \"Diana Po\"; team = \"support\"; interface = \"SIP/box\"; state_interface = \"Custom:box\"; phone = \"SIP/2\"; },\n"
    "  { extension = \"403\"; name = \"Bo Lind\"; pbx = \"oslo\"; },\n"
    "  { extension = \"401\"; name = \"Jo Berg\"; pbx = \"oslo\"; },\n"
    "  { extension = \"409\"; name = \"Émile Zöld\"; }\n"
    ");\n"
    "queue_names = ( { name = \"q1\"; alias = \"Sales\"; }, { name = \"q1\"; alias = \"Salg\"; pbx = \"oslo\"; }, { name = \"vip\"; } );\n"
    "pbx = (\n"
    "  { name = \"geneva\"; url = \"ami://a@g\"; },\n"
    "  { name = \"oslo\"; url = \"ami://a@o\"; agent_interface = \"Local/{ext}@from-queue/n\"; agent_state = \"hint:{ext}@ext-local\";\n"
    "    agent_phone = \"PJSIP/{ext}\"; }\n"
    ");\n";

struct stage {
    unsigned long live;
    struct settings settings;
    struct directory *d;
};

static void load(struct settings *s, const char *text)
{
    char path[TEMP_PATH_MAX];
    temp_template(path);
    struct err err = ERR_INIT;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    settings_init(s);
    bool ok = settings_load(s, path, &err) && settings_finish(s, &err);
    (void)unlink(path);
    if (!ok)
        fail_msg("%s", err.text);
}

static int begin(void **state)
{
    struct stage *s = malloc(sizeof *s);
    s->live = mem_live();
    load(&s->settings, world);
    s->d = directory_new(&s->settings, NULL);
    assert_non_null(s->d);
    *state = s;
    return 0;
}

static int end(void **state)
{
    struct stage *s = *state;
    directory_free(s->d);
    settings_clear(&s->settings);
    assert_int_equal(mem_live(), s->live);
    free(s);
    return 0;
}

static const char *const floor_has[][3] = { /* interface, name, state interface */
    { "PJSIP/777", "Cy Live", NULL },
    { "SIP/box", "As the PBX says", "Custom:other" },
    { "PJSIP/888", "PJSIP/888", "PJSIP/888-state" },
    { "PJSIP/401", "Ana R.", NULL },
};

static bool next_seen(void *context, size_t *at, struct directory_seen *out)
{
    (void)context;
    if (*at >= sizeof floor_has / sizeof floor_has[0])
        return false;
    const char *const *row = floor_has[(*at)++];
    *out = (struct directory_seen){ .interface = slice_of(row[0]), .name = slice_of(row[1]), .state_interface = slice_of(row[2]) };
    return true;
}

static const struct directory_live live = { .next = next_seen };

static void found(struct stage *s, const char *pbx, const char *text, const char *interface)
{
    struct directory_entry e;
    struct err err = ERR_INIT;
    if (!directory_find(s->d, pbx, slice_of(text), &live, &e, &err))
        fail_msg("%s: %s", text, err.text);
    assert_string_equal(e.interface, interface);
}

static void refused(struct stage *s, const char *pbx, const char *text, const char *sentence)
{
    struct directory_entry e;
    struct err err = ERR_INIT;
    if (directory_find(s->d, pbx, slice_of(text), &live, &e, &err))
        fail_msg("%s is %s", text, e.interface);
    assert_int_equal(err.kind, ERR_USAGE);
    assert_string_equal(err.text, sentence);
}

static void what_is_typed_is_somebody(void **state)
{
    static const struct {
        const char *pbx, *text, *interface;
    } row[] = {
        { "geneva", "401", "PJSIP/401" }, { "GENEVA", " 401 ", "PJSIP/401" }, { "geneva", "ana roy", "PJSIP/401" }, { "geneva", "Nan", "PJSIP/401" },
        { "geneva", "roy", "PJSIP/401" }, { "geneva", "402", "SIP/box" }, { "geneva", "sip/BOX", "SIP/box" }, { "geneva", "Po", "SIP/box" },
        { "geneva", "Zöld", "PJSIP/409" },
        { "geneva", "777", "PJSIP/777" }, { "geneva", "live", "PJSIP/777" }, /* in no list, seen on the floor */
        { "geneva", "555", "PJSIP/555" }, /* by the pattern alone */
        { "geneva", "PJSIP/nobody", "PJSIP/nobody" }, { "geneva", "Local/12@x/n", "Local/12@x/n" },
        { "oslo", "401", "Local/401@from-queue/n" }, { "oslo", "jo", "Local/401@from-queue/n" }, { "oslo", "bo lind", "Local/403@from-queue/n" },
        { "oslo", "12", "Local/12@from-queue/n" }, { NULL, "Bo", "Local/403@from-queue/n" },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        found(*state, row[i].pbx, row[i].text, row[i].interface);
}

static void what_is_unclear_is_refused_with_who_it_could_be(void **state)
{
    refused(*state, "geneva", "ana", "'ana' could be 402 Diana Po or 401 Nan: say which by the number");
    refused(*state, "geneva", "", "no agent is given: an extension, a name or a device (PJSIP/401)");
    refused(*state, "geneva", "Ana Rox", "there is no agent 'Ana Rox' in a queue or in the list agents: give an extension, a name or a device (PJSIP/401)");
    refused(*state, "geneva", "Emile", "there is no agent 'Emile' in a queue or in the list agents: give an extension, a name or a device (PJSIP/401)");
    refused(*state, "geneva", "Diana Poo", "there is no agent 'Diana Poo'; did you mean 'Diana Po'?");
    refused(*state, "geneva", "PJSIP/4 1", "there is no agent 'PJSIP/4 1' in a queue or in the list agents: give an extension, a name or a device (PJSIP/401)");
    refused(*state, "geneva", "PJSIP/4\r\nAction: Logoff",
            "there is no agent 'PJSIP/4\uFFFD Action: Logoff' in a queue or in the list agents: give an extension, a name or a device (PJSIP/401)");
    refused(*state, "geneva", "Bo Lind", "there is no agent 'Bo Lind' in a queue or in the list agents: give an extension, a name or a device (PJSIP/401)"); /* of oslo */
}

static void an_entry_has_all_that_an_order_needs(void **state)
{
    struct stage *s = *state;
    struct directory_entry e;
    assert_true(directory_find(s->d, "geneva", SLICE("402"), &live, &e, NULL));
    assert_string_equal(e.state_interface, "Custom:box");
    assert_string_equal(e.name, "Diana Po");
    assert_string_equal(e.phone, "SIP/2");
    assert_string_equal(e.team, "support");
    assert_int_equal(e.place, 2);
    assert_true(directory_find(s->d, "oslo", SLICE("401"), NULL, &e, NULL));
    assert_string_equal(e.state_interface, "hint:401@ext-local");
    assert_string_equal(e.phone, "PJSIP/401");
    assert_string_equal(e.name, "Jo Berg");
    assert_true(directory_find(s->d, "geneva", SLICE("888"), &live, &e, NULL)); /* on the floor: state and name are his */
    assert_string_equal(e.state_interface, "PJSIP/888-state");
    assert_string_equal(e.name, "");
    assert_int_equal(e.place, 0);
}

static void an_interface_is_somebodys(void **state)
{
    struct stage *s = *state;
    struct directory_entry e;
    assert_true(directory_of_interface(s->d, "geneva", SLICE("pjsip/401"), &e));
    assert_string_equal(e.alias, "Nan");
    assert_true(directory_of_interface(s->d, "oslo", SLICE("Local/401@from-queue/n"), &e));
    assert_string_equal(e.name, "Jo Berg");
    assert_true(directory_of_interface(s->d, "geneva", SLICE("SIP/box"), &e));
    assert_string_equal(e.extension, "402");
    assert_false(directory_of_interface(s->d, "geneva", SLICE("PJSIP/402"), &e)); /* 402 has another device: this one is not his */
    assert_string_equal(e.extension, "");
    assert_string_equal(e.interface, "PJSIP/402");
    assert_false(directory_of_interface(s->d, "geneva", SLICE("Local/5@x"), &e));
    assert_false(directory_of_interface(s->d, "geneva", SLICE(""), &e));
    char longest[400];
    memset(longest, 'x', sizeof longest);
    assert_false(directory_of_interface(s->d, "geneva", (struct slice){ longest, sizeof longest }, &e));
    assert_string_equal(e.interface, "");
}

static void patterns_hold_in_both_directions(void **state)
{
    struct stage *s = *state;
    static const char sign[] = "0123456789abcXYZ_.+*#-";
    static const char *const pbx[] = { "geneva", "oslo", "elsewhere" };
    unsigned seed = 1;
    for (int round = 0; round < 3000; round++) {
        char text[41] = "1";
        size_t n = 1 + (seed = seed * 1103515245u + 12345u) / 65536u % 30u;
        for (size_t i = 1; i < n; i++)
            text[i] = sign[(seed = seed * 1103515245u + 12345u) / 65536u % (sizeof sign - 1)];
        struct directory_entry made, back;
        const char *on = pbx[round % 3];
        assert_true(directory_find(s->d, on, slice_of(text), NULL, &made, NULL));
        assert_string_equal(made.extension, text);
        assert_true(directory_of_interface(s->d, on, slice_of(made.interface), &back));
        assert_string_equal(back.extension, text);
        assert_string_equal(back.state_interface, made.state_interface);
        assert_string_equal(back.phone, made.phone);
    }
}

static void queues_have_names_of_their_own(void **state)
{
    struct stage *s = *state;
    const char *alias;
    size_t place;
    assert_true(directory_queue(s->d, "geneva", SLICE("Q1"), &alias, &place));
    assert_string_equal(alias, "Sales");
    assert_int_equal(place, 1);
    assert_true(directory_queue(s->d, "oslo", SLICE("q1"), &alias, &place));
    assert_string_equal(alias, "Salg");
    assert_true(directory_queue(s->d, "oslo", SLICE("vip"), &alias, &place));
    assert_null(alias);
    assert_int_equal(place, 3);
    assert_false(directory_queue(s->d, "oslo", SLICE("q9"), &alias, &place));
    assert_int_equal(place, 0);
    assert_true(slice_eq(directory_queue_by_alias(s->d, "oslo", SLICE("sales")), SLICE("q1")));
    assert_null(directory_queue_by_alias(s->d, "oslo", SLICE("q1")).p);
}

static void without_a_list_the_floor_will_do(void **state)
{
    (void)state;
    struct settings settings;
    struct directory_entry e;
    struct err err = ERR_INIT;
    load(&settings, "");
    struct directory *d = directory_new(&settings, NULL);
    assert_false(directory_of_interface(d, "any", SLICE("Local/401@from-queue/n"), &e));
    assert_string_equal(e.extension, "401");
    assert_false(directory_of_interface(d, "any", SLICE("PJSIP/ana"), &e));
    assert_string_equal(e.extension, "");
    assert_true(directory_find(d, "any", SLICE("777"), &live, &e, &err));
    assert_string_equal(e.name, "Cy Live");
    assert_false(directory_find(d, "any", SLICE("123"), &live, &e, &err)); /* nothing says what his device would be */
    assert_string_equal(err.text, "there is no agent '123' in a queue or in the list agents: give the device (PJSIP/123), or say in the configuration "
                                  "agent_interface = \"PJSIP/{ext}\"");
    directory_free(d);
    settings_clear(&settings);
}

static void who_is_locked_out_cannot_make_a_list_of_his_own(void **state)
{
    (void)state;
    char path[TEMP_PATH_MAX];
    temp_template(path);
    static const char own[] = "agents = ( { extension = \"1\"; team = \"mine\"; } );";
    struct settings settings;
    struct err err = ERR_INIT;
    load(&settings, "locked = true; agent_interface = \"PJSIP/{ext}\"; agents = ( { extension = \"1\"; team = \"theirs\"; } );");
    settings_lock(&settings);
    int fd = mkstemp(path);
    assert_int_equal(write(fd, own, strlen(own)), (ssize_t)strlen(own));
    (void)close(fd);
    assert_false(settings_load(&settings, path, &err));
    (void)unlink(path);
    assert_non_null(strstr(err.text, ":1: the list agents cannot be changed: it is locked by "));
    assert_string_equal(settings.agent[0].team, "theirs");
    settings_clear(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_typed_is_somebody, begin, end),
        cmocka_unit_test_setup_teardown(what_is_unclear_is_refused_with_who_it_could_be, begin, end),
        cmocka_unit_test_setup_teardown(an_entry_has_all_that_an_order_needs, begin, end),
        cmocka_unit_test_setup_teardown(an_interface_is_somebodys, begin, end),
        cmocka_unit_test_setup_teardown(patterns_hold_in_both_directions, begin, end),
        cmocka_unit_test_setup_teardown(queues_have_names_of_their_own, begin, end),
        cmocka_unit_test(without_a_list_the_floor_will_do),
        cmocka_unit_test(who_is_locked_out_cannot_make_a_list_of_his_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
