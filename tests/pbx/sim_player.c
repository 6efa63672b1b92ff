/* SPDX-License-Identifier: MIT */
/* sim_player: plays a script on the simulated PBX, for the tests of test_sim_*.py, which do the same to a real one; it speaks as the
 * Asterisk of the version in argv[1]. Commands come on standard input, one a line, words separated by tabs; after each the bytes that an
 * AMI client would have received are
 * written as "<count>\n<bytes>". A command that cannot be done ends the program with a sentence.
 *
 *   queue NAME ringall|rrmemory|leastrecent TIMEOUT_S RETRY_S WRAPUP_S      agent INTERFACE NUMBER PERSON
 *   phone INTERFACE ANSWER_MS (0: rings for ever, -1: busy, -2: declines, -3: away, -4: not registered)     call QUEUE NUMBER PERSON
 *   phone-hangup INTERFACE    phone-call INTERFACE EXTEN
 *   hangup CALL    agent-hangup CALL    hold CALL    unhold CALL    transfer CALL QUEUE
 *   ask HEADER: VALUE<tab>...    run MS */
#include "core/base/mem.h"
#include "core/sim/script.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 32 };
#define START_MS INT64_C(1795303252000)

struct player {
    struct sim *sim;
    struct sim_peer *peer;
    int64_t now_ms;
};

static int64_t number(const char *text)
{
    int64_t n = 0;
    if (!slice_int(slice_of(text), INT32_MIN, INT32_MAX, &n)) {
        fprintf(stderr, "sim_player: '%s' is no number\n", text);
        exit(64);
    }
    return n;
}

static enum sim_strategy strategy(const char *name)
{
    return strcmp(name, "ringall") == 0 ? SIM_RINGALL : strcmp(name, "leastrecent") == 0 ? SIM_LEASTRECENT : SIM_RRMEMORY;
}

static void ask(struct player *p, char **word, size_t count)
{
    struct buf text = BUF_INIT(65536);
    for (size_t i = 1; i < count; i++)
        buf_addf(&text, "%s\r\n", word[i]);
    buf_addf(&text, "\r\n");
    sim_receive(p->peer, buf_slice(&text));
    buf_clear(&text);
}

static bool is(const char *word, const char *name, size_t count, size_t wanted)
{
    return strcmp(word, name) == 0 && count == wanted + 1;
}

static bool play(struct player *p, char **word, size_t count)
{
    struct sim *s = p->sim;
    if (is(word[0], "queue", count, 5)) {
        struct script_queue q = { .name = word[1], .strategy = strategy(word[2]),
                                  .timeout_s = (int)number(word[3]), .retry_s = (int)number(word[4]), .wrapup_s = (int)number(word[5]) };
        script_share_last_call(s, true); /* as the lab's queues.conf */
        script_add_queue(s, &q);
    } else if (is(word[0], "agent", count, 3)) {
        script_add_agent(s, word[1], word[2], word[3]);
    } else if (is(word[0], "phone", count, 2)) {
        return script_phone(s, word[1], number(word[2]));
    } else if (is(word[0], "call", count, 3)) {
        return script_call(s, word[1], word[2], word[3]) != 0;
    } else if (is(word[0], "hangup", count, 1)) {
        return script_hang_up(s, (uint32_t)number(word[1]));
    } else if (is(word[0], "agent-hangup", count, 1)) {
        return script_agent_hangs_up(s, (uint32_t)number(word[1]));
    } else if (is(word[0], "phone-hangup", count, 1)) {
        return script_phone_hangs_up(s, word[1]);
    } else if (is(word[0], "phone-call", count, 2)) {
        return script_phone_calls(s, word[1], word[2]);
    } else if (is(word[0], "hold", count, 1) || is(word[0], "unhold", count, 1)) {
        return script_hold(s, (uint32_t)number(word[1]), word[0][0] == 'h');
    } else if (is(word[0], "transfer", count, 2)) {
        return script_transfer(s, (uint32_t)number(word[1]), word[2]);
    } else if (is(word[0], "run", count, 1)) {
        sim_run_until(s, p->now_ms += number(word[1]));
    } else if (strcmp(word[0], "ask") == 0) {
        ask(p, word, count);
    } else {
        return false;
    }
    return true;
}

static size_t split(char *line, char **word)
{
    size_t count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (; line != NULL && count < WORDS_MAX; count++)
        word[count] = strsep(&line, "\t");
    return count;
}

int main(int argc, char **argv)
{
    const struct sim_setup empty = { .seed = 1, .start_wall_ms = START_MS, .is_empty = true, .asterisk = argc > 1 ? (int)number(argv[1]) : 22 };
    struct player p = { .sim = sim_new(&empty), .now_ms = START_MS };
    p.peer = sim_attach(p.sim);
    char *line = NULL;
    size_t size = 0;
    int rc = 0;
    while (rc == 0 && getline(&line, &size, stdin) > 0) {
        char *word[WORDS_MAX] = { line };
        size_t count = split(line, word);
        if (!play(&p, word, count)) {
            fprintf(stderr, "sim_player: cannot do '%s' with %zu words\n", word[0], count - 1);
            rc = 1;
        }
        struct buf *out = sim_output(p.peer);
        printf("%zu\n", out->len);
        fwrite(buf_slice(out).p, 1, out->len, stdout);
        fflush(stdout);
        buf_reset(out);
    }
    free(line);
    sim_free(p.sim);
    return rc;
}
