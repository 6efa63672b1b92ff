/* SPDX-License-Identifier: MIT */
/* told: what this user has been told already, and need not be told again: a word a line in the file `told` of the state folder. Read at each
 * question, so that all acdtops of a user agree. */
#ifndef CORE_CONFIG_TOLD_H
#define CORE_CONFIG_TOLD_H

#include <stdbool.h>

bool told_is(const char *what);
void told_keep(const char *what); /* where it cannot be kept it is told again */

#endif
