/* SPDX-License-Identifier: MIT */
/* glyphs: which characters the font of a Linux console has (256 or 512), and what stands for those it has not: a letter without
 * its marks, a plainer shape, '?'. Asks the kernel; draws nothing. */
#ifndef TUI_GLYPHS_H
#define TUI_GLYPHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct glyphs;

/* Of the console at `fd`. Where that does not say (a console behind SSH) the ones that the kernel's own font has. Never NULL. */
struct glyphs *glyphs_of_console(int fd);
struct glyphs *glyphs_of_kernel(void);
void glyphs_free(struct glyphs *g); /* NULL is fine */

bool glyphs_has(const struct glyphs *g, uint32_t u);
uint32_t glyphs_nearest(const struct glyphs *g, uint32_t u); /* one column wide, as `u` is */

#endif
