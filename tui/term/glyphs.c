/* SPDX-License-Identifier: MIT */
/* glyphs: a set of characters as bits, filled from the console's own map (GIO_UNIMAP) or from code page 437, which is the font
 * that the kernel and a VGA bring. A console shows one and the same box for all that is not in it. */
#include "tui/term/glyphs.h"

#include <linux/kd.h>
#include <sys/ioctl.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

enum { PLANE = 0x10000, WORD_BITS = 64 };

struct glyphs {
    uint64_t has[PLANE / WORD_BITS];
};

/* What code page 437 has beyond ASCII. */
static const uint16_t kernel_font[] = {
    0xc7, 0xfc, 0xe9, 0xe2, 0xe4, 0xe0, 0xe5, 0xe7, 0xea, 0xeb, 0xe8, 0xef, 0xee, 0xec, 0xc4, 0xc5, 0xc9, 0xe6, 0xc6, 0xf4, 0xf6, 0xf2, 0xfb, 0xf9,
    0xff, 0xd6, 0xdc, 0xa2, 0xa3, 0xa5, 0x20a7, 0x192, 0xe1, 0xed, 0xf3, 0xfa, 0xf1, 0xd1, 0xaa, 0xba, 0xbf, 0x2310, 0xac, 0xbd, 0xbc, 0xa1, 0xab,
    0xbb, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255d, 0x255c, 0x255b, 0x2510, 0x2514,
    0x2534, 0x252c, 0x251c, 0x2500, 0x253c, 0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567, 0x2568, 0x2564, 0x2565,
    0x2559, 0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580, 0x3b1, 0xdf, 0x393, 0x3c0, 0x3a3, 0x3c3,
    0xb5, 0x3c4, 0x3a6, 0x398, 0x3a9, 0x3b4, 0x221e, 0x3c6, 0x3b5, 0x2229, 0x2261, 0xb1, 0x2265, 0x2264, 0x2320, 0x2321, 0xf7, 0x2248, 0xb0, 0xb7,
    0x221a, 0x207f, 0xb2, 0x25a0, 0x263a, 0x263b, 0x2665, 0x2666, 0x2663, 0x2660, 0x2022, 0x25d8, 0x25cb, 0x25d9, 0x2642, 0x2640, 0x266a, 0x266b,
    0x263c, 0x25b6, 0x25ba, 0x25c0, 0x25c4, 0x2195, 0x203c, 0xb6, 0xa7, 0x25ac, 0x21a8, 0x2191, 0x2193, 0x2192, 0x2190, 0x221f, 0x2194, 0x25b2, 0x25bc,
};

/* What may stand for what is missing, the best first; a character of the list may be missing too. */
static const struct {
    uint16_t missing, instead[2];
} plainer[] = {
    { 0x2026, { '~' } },         { 0x203a, { '>' } },         { 0x2039, { '<' } },         { 0x2013, { '-' } },
    { 0x2014, { '-' } },         { 0x2018, { '\'' } },        { 0x2019, { '\'' } },        { 0x201a, { ',' } },
    { 0x201c, { '"' } },         { 0x201d, { '"' } },         { 0x201e, { '"' } },         { 0xd7, { 'x' } },
    { 0x2713, { 0x221a, 'x' } }, { 0x25be, { 0x25bc, 'v' } }, { 0x25ba, { 0x25b6, '+' } }, { 0x2022, { 0xb7, '*' } },
    { 0x2191, { '^' } },         { 0x2193, { 'v' } },         { 0x2190, { '<' } },         { 0x2192, { '>' } },
    { 0x2500, { '-' } },         { 0x258c, { '>' } },         { 0x25bc, { 'v' } },         { 0x25b6, { '+' } },
    { 0x2580, { 0x2588, '"' } }, { 0x2584, { 0x2588, '_' } }, { 0x2588, { '#' } },         { 0xa0, { ' ' } },
};

static void add(struct glyphs *g, uint32_t u)
{
    g->has[u / WORD_BITS] |= UINT64_C(1) << u % WORD_BITS;
}

struct glyphs *glyphs_of_kernel(void)
{
    struct glyphs *g = mem_alloc(sizeof *g);
    for (uint32_t u = ' '; u < 0x7f; u++)
        add(g, u);
    for (size_t i = 0; i < sizeof kernel_font / sizeof kernel_font[0]; i++)
        add(g, kernel_font[i]);
    return g;
}

struct glyphs *glyphs_of_console(int fd)
{
    struct unimapdesc map = { .entry_ct = UINT16_MAX };
    map.entries = mem_array(UINT16_MAX, sizeof *map.entries);
    bool is_said = ioctl(fd, GIO_UNIMAP, &map) == 0 && map.entry_ct > 0;
    struct glyphs *g = is_said ? mem_alloc(sizeof *g) : glyphs_of_kernel();
    for (size_t i = 0; is_said && i < map.entry_ct; i++)
        add(g, map.entries[i].unicode);
    mem_free(map.entries);
    return g;
}

void glyphs_free(struct glyphs *g)
{
    mem_free(g);
}

bool glyphs_has(const struct glyphs *g, uint32_t u)
{
    return u < PLANE && (g->has[u / WORD_BITS] >> u % WORD_BITS & 1) != 0;
}

uint32_t glyphs_nearest(const struct glyphs *g, uint32_t u)
{
    if (glyphs_has(g, u))
        return u;
    for (size_t i = 0; i < sizeof plainer / sizeof plainer[0]; i++) {
        for (size_t k = 0; plainer[i].missing == u && k < 2 && plainer[i].instead[k] != 0; k++) {
            if (plainer[i].instead[k] < 0x80 || glyphs_has(g, plainer[i].instead[k]))
                return plainer[i].instead[k];
        }
    }
    uint32_t letter = utf8_plain(u);
    return letter < 0x80 ? letter : '?';
}
