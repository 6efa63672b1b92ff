/* SPDX-License-Identifier: MIT */
/* Before main: see support_fault.c. */
#ifndef TESTS_FAULT_SUPPORT_FAULT_H
#define TESTS_FAULT_SUPPORT_FAULT_H

void fault_from_environment(void);

#endif
