/* SPDX-License-Identifier: MIT */
/* people: who calls and who answers. Names as a call centre's directory has them, from several scripts, some long, and from
 * callers now and then one that tries to do something to a terminal. */
#include "core/sim/world.h"

#include <stdio.h>

static const char *const first_names[] = {
    "Anna", "Ben", "Carla", "David", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja", "Liam", "Mara", "Nils", "Olga", "Paul",
    "Quentin", "Rosa", "Samir", "Tilda", "Uwe", "Vera", "Walter", "Xenia", "Yusuf", "Zoe", "Jürgen", "Søren", "Zoë", "Łukasz", "Çağla",
    "Renée", "Björn", "Chloé", "Márta", "Ayşe",
};
static const char *const last_names[] = {
    "Meier", "Rossi", "Schmidt", "Keller", "Novak", "Dubois", "Silva", "Brown", "Larsen", "Weber", "Moretti", "Fischer", "Garcia", "Jansen",
    "Müller", "Köhler", "Strauß", "Ångström", "Dvořák", "Nuñez", "Hämäläinen", "O'Neil", "D'Angelo", "van der Berg", "Kovács", "Björk",
    "Sánchez", "Yılmaz", "Wójcik", "Lefèvre",
};
static const char *const whole_names[] = {
    "Анна Кузнецова", "Дмитрий Воробьёв", "Ольга Шевченко", "王小明", "李娜", "陳美玲", "田中 太郎", "김민준", "Ελένη Παπαδοπούλου",
    "محمد الأحمد", "שרה לוי", "María de los Ángeles Fernández-Castillo y Gutiérrez", "Dr. Maximilian Freiherr von und zu Hohenstein-Wartenberg",
};
static const char *const hostile_names[] = {
    "\033[2J\033[31mRED ALERT\a", "\033]0;owned\a", "\342\200\256moc.elpmaxe", "%s%n%x", "<script>alert(1)</script>", "'; DROP TABLE calls;--",
    "M\374ller (Latin-1)", "a\tb\bc", "\302\2331mC1", "Zalgo H\314\266\314\203\314\211\315\202\315\207e\314\265\314\216\314\235\315\205l\314\267lo",
};
static const char *const queue_names[] = {
    "support", "sales", "billing", "vip", "returns", "orders", "technik-süd", "служба-поддержки", "delivery", "complaints", "warranty", "partners",
};
static const char *const reasons[] = { "Lunch", "Break", "Meeting", "Training", "Back office", "Übergabe", "Coaching", "" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PICK(r, a) (a)[random_below((r), (uint32_t)COUNT(a))]

const char *sim_queue_name(size_t i, char out[64])
{
    size_t round = i / COUNT(queue_names);
    if (round == 0)
        snprintf(out, 64, "%s", queue_names[i]);
    else
        snprintf(out, 64, "%s-%zu", queue_names[i % COUNT(queue_names)], round + 1);
    return out;
}

void sim_person(struct random *r, char *out, size_t size, bool is_caller)
{
    uint32_t luck = random_below(r, 100);
    if (is_caller && luck < 3)
        snprintf(out, size, "%s", PICK(r, hostile_names));
    else if (luck < 12)
        snprintf(out, size, "%s", PICK(r, whole_names));
    else
        snprintf(out, size, "%s %s", PICK(r, first_names), PICK(r, last_names));
}

void sim_number(struct random *r, char *out, size_t size)
{
    static const char *const country[] = { "+41", "+49", "+43", "+33", "+39", "+44", "0", "0" };
    snprintf(out, size, "%s%u%06u", PICK(r, country), 10 + random_below(r, 90), random_below(r, 1000000));
}

const char *sim_break_reason(struct random *r)
{
    return PICK(r, reasons);
}
