/* SPDX-License-Identifier: MIT */
/* clip: printable text -> base64 -> the sequence that puts it into a clipboard. Nothing of the text reaches the terminal
 * as it is. Whether the terminal listens nobody can know: it does not answer. */
#include "tui/term/clip.h"

#include "core/base/utf8.h"

static void add_base64(struct buf *out, struct slice s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            (void)buf_add_char(out, k <= s.n - i ? digits[bits >> (18 - 6 * k) & 63] : '=');
    }
}

void clip_add(struct buf *out, struct slice text)
{
    struct buf clean = BUF_INIT(CLIP_TEXT_MAX);
    text = utf8_head(text, CLIP_TEXT_MAX);
    for (size_t at = 0; at < text.n;) {
        char bytes[4];
        uint32_t c = utf8_next(text, &at);
        if (c != 0xfffd && utf8_is_printable(c))
            (void)buf_add(&clean, (struct slice){ bytes, utf8_put(c, bytes) });
    }
    (void)buf_addf(out, "\033]52;c;");
    add_base64(out, buf_slice(&clean));
    (void)buf_add_char(out, '\a');
    buf_clear(&clean);
}
