/* SPDX-License-Identifier: MIT */
/* first: the first start. A dialogue on the ordinary terminal asks where the PBX is and who we are there, tries it through a
 * keeper, lets a person mend just the answer that was wrong, and writes configuration and secret. Shared by its files and by
 * nobody else: first.c the dialogue, first_question.c the questions, first_try.c the trial, first_write.c the files. */
#ifndef TUI_FIRST_H
#define TUI_FIRST_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/keeper/vault.h"
#include "tui/cli/cli.h"

/* What was answered. Nothing typed is lost: a question offers the answer that is there. */
struct first {
    char *host; /* as typed: name, address, with its port where it has one; or the path of a socket */
    bool is_tls;
    char *trust; /* a CA file, or a pin "sha256//..."; NULL: what this machine trusts */
    char *user;
    struct vault *vault; /* the secret, under FIRST_SECRET_NAME */
    char *own_address;   /* what the PBX sees of us; NULL until a connection stood */
};
#define FIRST_SECRET_NAME SLICE("first")

enum first_question { FIRST_HOST, FIRST_TLS, FIRST_TRUST, FIRST_USER, FIRST_SECRET, FIRST_QUESTION_COUNT };
enum first_reply { FIRST_NEXT, FIRST_BACK, FIRST_END /* of input: given up, *err */ };

/* first_question.c. Asks until the answer can be one; '?' explains, '<' goes back. */
enum first_reply first_ask(struct first *f, enum first_question which, struct err *err);
bool first_is_asked(const struct first *f, enum first_question which); /* in the first round */
/* Yes or no. False: end of input. */
MUST_USE bool first_confirm(const char *question, bool offered, bool *yes);
/* Text for a person, wrapped, each line `left` columns in. */
void first_say(int left, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* first_try.c. The answers as the command line would have them; false: they cannot be used, *err. */
MUST_USE bool first_apply(const struct first *f, struct cli *to, struct err *err);
struct first_result {
    bool is_live;
    char *reason, *cause, *notice, *asterisk;
    size_t queues, agents;
};
/* Follows the PBX until it is live or says why not. False: *err (nothing could be tried). An interrupt ends the program. */
MUST_USE bool first_try(struct first *f, struct first_result *out, struct err *err);
void first_result_clear(struct first_result *r);

/* first_write.c. Asks where something is there already. *path: the file that now names this PBX, NULL: the person did not want
 * it written; to be mem_free'd. False: *err, and everything is as it was. */
MUST_USE bool first_write(const struct first *f, char **path, struct err *err);

#endif
