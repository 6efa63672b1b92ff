/* SPDX-License-Identifier: MIT */
/* utf8_table: ranges of printable characters from U+0080 on, in order, and their widths. For utf8.c only. */
#ifndef CORE_BASE_UTF8_TABLE_H
#define CORE_BASE_UTF8_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct utf8_range {
    uint32_t first, last;
    uint8_t width_cols;
};

extern const struct utf8_range utf8_ranges[];
extern const size_t utf8_range_count;

#endif
