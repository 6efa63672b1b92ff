/* SPDX-License-Identifier: MIT */
/* channel: what the simulator's PBX is made of: channels, the bridges that tie them together, the applications that they run. A
 * channel belongs to the world and lives until it is hung up; what a queue makes of it is in world.h (call, leg). */
#ifndef CORE_SIM_CHANNEL_H
#define CORE_SIM_CHANNEL_H

#include "core/base/list.h"
#include "core/base/slice.h"
#include "core/base/timer.h"
#include "core/sim/sim.h"

enum sim_channel_state { SIM_DOWN = 0, SIM_RING = 4, SIM_CHANNEL_RINGING = 5, SIM_UP = 6, SIM_CHANNEL_BUSY = 7 };
enum sim_app { SIM_APP_NONE, SIM_APP_QUEUE, SIM_APP_RUNG /* by a queue */, SIM_APP_DIAL, SIM_APP_DIALLED, SIM_APP_SPY, SIM_APP_MUSIC, SIM_APP_PARK,
               SIM_APP_CONFERENCE, SIM_APP_ECHO, SIM_APP_PARKED /* fetches one */, SIM_APP_BUSY, SIM_APP_HANGUP, SIM_APP_COUNT };
extern const char *const sim_app_name[SIM_APP_COUNT];
enum sim_end { SIM_END_PHONE /* its own side hangs up */, SIM_END_ORDER /* Action: Hangup */, SIM_END_PLAN /* nothing is left to do */ };

struct sim_bridge {
    char id[40];
    const char *type, *technology, *creator, *name; /* static, or the bridge's owner's */
    struct list channels;                           /* sim_channel.of_bridge, as they came in */
    int count;
};

struct sim_channel {
    struct sim *sim;
    struct list of_world, of_agent, of_bridge;
    struct sim_agent *agent; /* whose phone it is; NULL: a caller's */
    char *name;
    char uniqueid[152], linkedid[152];
    enum sim_channel_state state;
    char *number, *person; /* NULL: <unknown> */
    char *conn_number, *conn_person;
    char context[80], exten[80];
    int priority;
    int64_t created_ms;
    uint32_t id;       /* of a caller, for scripts */
    bool is_gone;      /* hung up: it only waits to be freed, and whoever still holds it leaves it alone */
    bool has_plan;     /* runs the dialplan, not just one application */
    int cause; /* of a hang-up, as far as it is known before; 0: it is not */
    enum sim_app app;
    char *data;
    struct sim_bridge *bridge;
    struct sim_call *call; /* in a queue, as its caller */
    struct sim_leg *leg;   /* rung by a queue, or talking to its caller */
    struct list visits;    /* sim_call.of_channel: conversations of it whose end the queue has not told yet */
    struct sim_leg *owed;  /* the same, of an agent's channel that went elsewhere */
    struct sim_channel *dialled, *dialler;
    struct sim_channel *half;                  /* of a Local channel: the other one */
    struct sim_channel *consulted, *consulter; /* an attended transfer: its Local channel; who asked for it */
    char waiting[40];                          /* the bridge where the other one waits meanwhile; empty: none */
    struct sim_origin *origin; /* the Originate that waits for it */
    struct sim_spy *spy;       /* it listens */
    struct list spies;         /* sim_spy.of_target: who listens to it */
    struct sim_parked *parked;
    struct timer phone; /* the phone's reaction */
    struct timer step;  /* the application's next */
    struct timer keys;  /* of a feature, being pressed: */
    char keyed[160];    /* EXTEN@CONTEXT */
    struct list vars;   /* sim_var.of_owner */
    unsigned recorders;
};

struct sim_var {
    struct list of_owner;
    char *name, *value;
};

/* ---- channel.c ---- */
struct sim_channel *sim_new_channel(struct sim *s, struct sim_agent *a, const char *device);
void sim_drop_channel(struct sim_channel *ch); /* without a word; it is freed when nobody holds it any more: */
void sim_bury(struct sim *s);                  /* between two things that happen */
struct sim_channel *sim_find_channel(struct sim *s, struct slice name); /* by name or Uniqueid, case ignored; NULL: none */
enum sim_app sim_find_app(const char *name); /* SIM_APP_NONE: there is none that is simulated */
void sim_set_caller(struct sim_channel *ch, const char *number, const char *person);
void sim_set_connected(struct sim_channel *ch, const char *number, const char *person);
void sim_go(struct sim_channel *ch, const char *context, const char *exten, int priority); /* where it stands; runs nothing */
void sim_run_app(struct sim_channel *ch, enum sim_app app, const char *data);           /* that it runs this; does nothing */
const char *sim_var(const struct list *vars, struct slice name); /* NULL: not set */
void sim_set_var(struct list *vars, struct slice name, struct slice value);
void sim_clear_vars(struct list *vars);

struct sim_bridge *sim_new_bridge(struct sim *s, const char *type, const char *technology, const char *creator, const char *name);
void sim_join_bridge(struct sim_bridge *b, struct sim_channel *ch);
void sim_leave_bridge(struct sim_channel *ch);                     /* the last one takes a basic bridge with it */
struct sim_channel *sim_find_bridged(struct sim *s, struct slice bridge); /* who is in the bridge of that id; NULL: nobody */
struct sim_channel *sim_bridge_peer(const struct sim_channel *ch); /* the other one of two; NULL: there is none */
void sim_bridge_two(struct sim_channel *first, struct sim_channel *second);

/* ---- phone.c: what the phone at the end of a new channel does ---- */
void sim_ring_phone(struct sim_channel *ch);

/* ---- plan.c: the dialplan ---- */
struct sim_step {
    enum sim_app app;
    char data[256];
    int priority; /* at which the application stands */
};
/* What is at an extension; false: there is none. */
MUST_USE bool sim_find_step(struct sim *s, struct slice context, struct slice exten, struct sim_step *out);
void sim_add_step(struct sim *s, const char *context, const char *exten, enum sim_app app, const char *data);
/* The channel runs the dialplan from where it stands. */
void sim_run_plan(struct sim_channel *ch);
void sim_free_steps(struct sim *s);
/* Hangs up in whatever it is doing, with all that follows for others. cause 0: none was given. */
void sim_end_channel(struct sim_channel *ch, enum sim_end how, int cause);
/* The listening, the conference, the parking that it is in ends. */
void sim_stop_app(struct sim_channel *ch);
/* Leaves what it does, to be put elsewhere; for a queue's caller see call.c. */
void sim_leave_app(struct sim_channel *ch);
void sim_redirect(struct sim_channel *ch, const char *context, const char *exten, int priority);

/* ---- dial.c ---- */
void sim_dial(struct sim_channel *ch, const char *device, int64_t timeout_ms);
void sim_untie(struct sim_channel *ch); /* from whom it dialled, and from who dialled it */
void sim_dial_answered(struct sim_channel *ch);
void sim_dial_refused(struct sim_channel *ch, int cause);
void sim_place_call(struct sim *s, struct sim_agent *a, const char *exten); /* a phone calls by itself */

/* ---- local.c ---- */
/* The first half of "Local/EXTEN@CONTEXT[/n]", for `caller` (NULL: nobody); both are told of, and nothing runs yet. */
struct sim_channel *sim_new_local(struct sim *s, const char *device, const struct sim_channel *caller);
void sim_begin_local(struct sim_channel *one); /* the second half runs the dialplan */
void sim_half_rings(struct sim_channel *two, const struct sim_channel *phone);
void sim_half_answers(struct sim_channel *two);
void sim_half_is_busy(struct sim_channel *two);
void sim_end_half(struct sim_channel *ch, int cause); /* the other one has gone */

/* ---- consult.c ---- */
bool sim_complete_consult(struct sim_channel *ch); /* it is about to hang up; false: it consults nobody who has answered */
void sim_consult_failed(struct sim_channel *one);     /* who is consulted has gone; who asked is back where he was */
void sim_end_consult(struct sim_channel *ch);      /* whom it consults is let go */

/* ---- originate.c ---- */
void sim_origin_answered(struct sim_channel *ch);
void sim_origin_given_up(struct sim_channel *ch); /* it goes elsewhere, ringing */
void sim_free_origin(struct sim_channel *ch);
void sim_origin_failed(struct sim_channel *ch, int reason, int cause); /* the channel is hung up */

/* ---- spy.c ---- */
struct sim_spy {
    struct list of_target;
    struct sim_channel *spyer, *target; /* NULL: looking for one */
    char *wanted;
    bool is_exact, has_digits, ends_with_target, ends_without, wants_bridged;
    char mode; /* l(istens) w(hispers) b(arges); W: whispers and hears nothing */
};
void sim_spy(struct sim_channel *ch, const char *data);
void sim_stop_spying(struct sim_channel *ch);        /* that channel listens no more */
void sim_lose_spies(struct sim_channel *ch);         /* that channel is no more to be listened to */
void sim_press(struct sim_channel *ch, char digit, int64_t duration_ms); /* as if its phone had been pressed */

/* ---- park.c ---- */
struct sim_parked {
    struct list of_world;
    struct sim_channel *parkee;
    char dial_string[80];
    int space;
    int64_t since_ms, timeout_ms;
};
MUST_USE bool sim_park(struct sim_channel *ch, int space, const char *parker, int64_t timeout_ms); /* false: no space */
void sim_unpark(struct sim_channel *ch, const char *event, struct sim_channel *retriever);
/* Out of whatever it is in, without a word from a queue; the other one stays alone where it is, or ends. */
void sim_take_away(struct sim_channel *ch, bool is_other_kept);
void sim_retrieve(struct sim_channel *ch, const char *space);

/* ---- conference.c ---- */
void sim_join_conference(struct sim_channel *ch, const char *name);
bool sim_is_in_conference(const struct sim_channel *ch);
void sim_leave_conference(struct sim_channel *ch);
void sim_free_conferences(struct sim *s);

#endif
