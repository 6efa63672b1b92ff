/* SPDX-License-Identifier: MIT */
/* support_temp: files of a test. They lie in one folder of the program's own, which goes with all that is in it when the program
 * ends, whether its tests passed or not; what a killed one leaves goes with the folder that tests/run gives each program (TMPDIR). */
#ifndef TESTS_SUPPORT_TEMP_H
#define TESTS_SUPPORT_TEMP_H

enum { TEMP_PATH_MAX = 96 };

/* What mkstemp(3) and mkdtemp(3) want, in that folder. */
void temp_template(char out[TEMP_PATH_MAX]);
/* A file with this text, in a folder that is there; ends the program when it cannot be. */
void temp_write(const char *folder_path, const char *name, const char *text);

#endif
