/* SPDX-License-Identifier: MIT */
/* Transcripts from any bytes: entries in order of time, then an end or a sentence. */
#include "core/link/transcript.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned long live = mem_live();
    struct err err = ERR_INIT;
    struct transcript_reader *r = transcript_read(fuzz_slice(data, size), &err);
    FUZZ_CHECK((r == NULL) == (err.kind != ERR_NONE));
    enum transcript_state state = r != NULL ? TRANSCRIPT_ENTRY : TRANSCRIPT_BAD;
    int64_t last_ms = 0;
    size_t bytes = 0;
    while (state == TRANSCRIPT_ENTRY) {
        struct transcript_entry e;
        state = transcript_next(r, &e, &err);
        if (state != TRANSCRIPT_ENTRY)
            break;
        FUZZ_CHECK(e.at_ms >= last_ms && e.pbx.n > 0);
        last_ms = e.at_ms;
        bytes += e.bytes.n;
        FUZZ_CHECK(bytes <= size);
    }
    FUZZ_CHECK((state == TRANSCRIPT_BAD) == (err.kind != ERR_NONE));
    transcript_reader_free(r);
    fuzz_check_live(live);
    return 0;
}
