/* SPDX-License-Identifier: MIT */
/* act: one request of an order with what proves that it was done. The proof is a state of the model, never the PBX's "Success": the model
 * has it from the event, or from a re-read where Asterisk sends none. One table row a kind of proof. */
#ifndef CORE_CONTROL_ACT_H
#define CORE_CONTROL_ACT_H

#include "core/base/buf.h"
#include "core/control/world.h"

#define ACT_LEG "acdtop-call-" /* so the names of legs that are made for orders begin */
enum { ACT_HEADERS_MAX = 12 };

enum proof_kind {
    PROOF_ACK,         /* nothing shows it: Asterisk's word must do */
    PROOF_MEMBER,      /* QueueMemberAdded: `interface` is in `queue` */
    PROOF_ADDED,       /* QueueMemberAdded: was in `queue`, and may be out again before anybody looks */
    PROOF_NO_MEMBER,   /* QueueMemberRemoved */
    PROOF_PAUSED,      /* QueueMemberPause: `number` 1 or 0; queue 0: in all of its queues; text: the reason, NULL any */
    PROOF_PENALTY,     /* QueueMemberPenalty: `number` */
    PROOF_RINGINUSE,   /* QueueMemberRinginuse: `number` 1 or 0 */
    PROOF_PRIORITY,    /* re-read: the caller `fact` has priority `number` */
    PROOF_CALLER_LEFT, /* QueueCallerLeave: the caller `fact` waits no more */
    PROOF_CALLER_IN,   /* QueueCallerJoin: the channel of Uniqueid `text` waits in `queue` */
    PROOF_CALL_ENDED,  /* BridgeLeave, Hangup: the call `fact` is over; text: Uniqueid of a channel that is in it */
    PROOF_CALL_LEFT,   /* BridgeLeave, Hangup: the agent's channel of Uniqueid `text` is in the call `fact` no more */
    PROOF_CALL_HELD,   /* Hold: the call `fact` is on hold */
    PROOF_TALK,        /* AgentConnect, BridgeEnter: the agent `fact` talks with the channel of Uniqueid `text` */
    PROOF_SPY,         /* ChanSpyStart: somebody's channel of Uniqueid `text` listens */
    PROOF_NO_SPY,      /* ChanSpyStop: the listening `fact` of the channel of Uniqueid `text` is over */
    PROOF_OUTCALL,     /* OriginateResponse: the phone of its leg was answered */
    PROOF_TAPE,        /* MixMonitorStart of the channel of Uniqueid `text` */
    PROOF_TAPE_END,    /* MixMonitorStop */
    PROOF_TAPE_MUTE,   /* MixMonitorMute, State `number` */
    PROOF_ROOM,        /* ConfbridgeJoin, MeetmeJoin: of the channels of Uniqueid `text` and `other` */
    PROOF_WITHDRAWN,   /* QueueCallerAbandon of Uniqueid `text`, and no AgentConnect; re-read: the caller `fact` waits no more, and talks to nobody */
    PROOF_ANSWER,      /* DialEnd: the phone `other` has answered the channel of Uniqueid `text` */
    PROOF_VALUE,       /* of a Getvar: its answer is `text`; NULL: anything but nothing */
    PROOF_FREE,        /* of a Getvar: its answer is the state of a phone that nobody talks on, and that does not ring */
    PROOF_COUNT
};

struct act_proof {
    enum proof_kind kind;
    uint64_t pbx, queue, fact;
    int64_t number;
    char *interface, *text, *other;
};

struct act {
    enum request_kind kind;
    struct act_header {
        const char *name; /* static */
        char *value;
    } header[ACT_HEADERS_MAX];
    size_t header_count;
    struct act_proof proof;
    const char *fills; /* PROOF_VALUE: this header of the next act gets the answer; NULL: none */
    enum fact_kind target_kind;
    uint64_t target; /* whom it is for: it is not sent when that has gone; 0: nobody who could */
    char *target_leg; /* of a call: Uniqueid of the channel that must be in it still; NULL: any */
    int64_t wait_ms; /* for its proof: so long may it take; 0: as long as an event may be late */
    struct act_leg { /* a phone that is rung for it, or that it speaks to */
        char *uniqueid; /* of its channel; NULL: there is none */
        char *target;   /* Uniqueid of the channel that it is to listen to; NULL: none */
        char *phone;    /* the device */
        bool is_unnamed; /* gets a Uniqueid of its own when it is sent */
        bool is_named;  /* by the giver: the phone is remembered as his */
    } leg;
    char *undo;    /* a line of the language that takes it back; NULL: none */
    char *refusal; /* what the person may do when Asterisk refuses; NULL: nothing to add */
};

void act_clear(struct act *a);
void act_header(struct act *a, const char *name, struct slice value);
void act_name_leg(struct act *a); /* where it has a leg without a name */
void act_fill(struct act *a, const char *name, struct slice value); /* another value of a header that is there */
const char *act_value(const struct act *a, const char *name); /* of this header; NULL: it has none */
void act_headerf(struct act *a, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Is whom it is for there as it was when it was planned? */
bool act_is_aimed(const struct world *w, const struct act *a);
/* Could a change of this fact decide it? Cheap: asked at every change of the floor while an order is open. */
bool act_concerns(const struct world *w, const struct act_proof *p, enum fact_kind kind, uint64_t id);
bool act_is_proven(const struct world *w, const struct act_proof *p);
/* The same when the link was away in between: calls and listenings that were there before have other ids since. */
bool act_is_proven_anew(const struct world *w, const struct act_proof *p);
/* Does his phone ring, or is he on it? */
bool act_is_on_phone(const struct fact_agent *a);
/* Can the model show it at all? */
bool act_has_proof(const struct act_proof *p);
/* What is so when it holds: "the agent is in the queue"; NULL: the answer is all there is. */
const char *act_proof_words(const struct act_proof *p);
/* What is so where Asterisk has said yes and nothing shows it. */
const char *act_late_words(const struct act_proof *p);
/* Is it only asked, before what follows? (PROOF_VALUE, PROOF_FREE) */
bool act_is_question(const struct act_proof *p);
/* Is that the answer? */
bool act_is_answer(const struct act_proof *p, struct slice text);
/* What it was about is there no more, so that nothing will ever prove it: the sentence; NULL: it is there. */
const char *act_gone_words(const struct world *w, const struct act_proof *p);
/* Is it an event that proves it? (sight.h, outcall.h) */
bool act_is_event(const struct act_proof *p);
/* Does the floor keep it? Else what was missed of it is never known. */
bool act_is_kept(const struct act_proof *p);
/* Does the model know what it is about, after a link was lost? No list tells ring-in-use, which is unknown until the next event of that member or
 * until the PBX is asked for it, nor who is on hold; who talks with whom is read only where the AMI user may. */
bool act_is_known(const struct world *w, const struct act_proof *p);
/* No event will show it: the queue is to be read again. */
bool act_is_silent(const struct act_proof *p);
/* The request as it would be sent, for a dry run. */
void act_write(const struct act *a, struct buf *out);

#endif
