/* SPDX-License-Identifier: MIT */
/* utf8: bytes of unknown origin become text. Two different wishes: *valid* text, which keeps
 * every character (for JSON and files), and *printable* text, which cannot move a cursor,
 * ring a bell, change direction or lie about its width (for a terminal). */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include "core/base/buf.h"
#include "core/base/slice.h"

/* Decodes one character at s[*at], moves *at past it. Bad bytes give U+FFFD and move by one. */
uint32_t utf8_next(struct slice s, size_t *at);
size_t utf8_put(uint32_t c, char out[4]); /* bytes written */
bool utf8_is_valid(struct slice s);
/* Valid UTF-8 with U+FFFD for what was not. NUL becomes U+FFFD as well. */
bool utf8_add_valid(struct buf *out, struct slice s);
/* As above, and every C0, C1, DEL, bidi control, line or paragraph separator, zero-width
 * joiner soup and unassigned width becomes U+FFFD ('?' when ascii). */
bool utf8_add_printable(struct buf *out, struct slice s, bool ascii);
bool utf8_is_printable(uint32_t c);
uint32_t utf8_plain(uint32_t c); /* the Latin letter without its marks (U+00C0 to U+017F), in ASCII; any other as it is */
uint32_t utf8_fold(uint32_t c);  /* the same of all Latin letters that are a small ASCII letter with marks, small; of ASCII the small letter */
bool utf8_is_mark(uint32_t c);   /* a mark that stands above or below the letter before it */
int utf8_width(uint32_t c);         /* columns on a terminal: 0 (combining), 1 or 2 */
int utf8_text_width(struct slice s); /* of printable text */
/* The longest head of s of at most `bytes` bytes that ends at a character (for the 79-byte fields of Asterisk). */
struct slice utf8_head(struct slice s, size_t bytes);

#endif
