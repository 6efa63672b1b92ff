/* SPDX-License-Identifier: MIT */
/* settings: a configuration out of a text, for tests of what is made of it. */
#ifndef TESTS_UNIT_SUPPORT_SETTINGS_H
#define TESTS_UNIT_SUPPORT_SETTINGS_H

#include "core/config/settings.h"

/* As settings_load of a file with this text; the test fails where it is refused. */
void support_settings(struct settings *s, const char *text);

#endif
