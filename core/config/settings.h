/* SPDX-License-Identifier: MIT */
/* settings: what the user decided, from files and from the command line. The table of options
 * (options.c) says for each one its name, type, range, default, unit and help; parsing, `config check`,
 * `config show`, --help and the man page all read it. This is the only room that knows libconfig. */
#ifndef CORE_CONFIG_SETTINGS_H
#define CORE_CONFIG_SETTINGS_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/slice.h"

enum option_type {
    OPTION_TEXT,
    OPTION_TEXTS, /* [ "a", "b" ]: lines of text, each with its '\n' */
    OPTION_FIGURE, /* a number, a duration or a share, as text: what it must be only its reader knows */
    OPTION_PATH, /* ~/ is replaced; in a file, relative to the folder of that file */
    OPTION_INT,
    OPTION_BOOL,
    OPTION_CHOICE,
    OPTION_DURATION, /* 20, "90s", "5m", "1h": ms */
    OPTION_TYPE_COUNT
};
enum option_scope { /* where a value stands: at the top, or in an entry of a list; in the order in which lists are shown */
    OPTION_GLOBAL, OPTION_AGENT /* `agents` */, OPTION_QUEUE /* `queue_names` */, OPTION_ROLE /* `roles` */, OPTION_SET /* `queue_sets` */, OPTION_REASON /* `pause_reasons` */, OPTION_THRESHOLD /* `thresholds` */, OPTION_PANE /* `panes` */, OPTION_LAYOUT /* `layouts` */, OPTION_RIGHTS /* `access_roles` */, OPTION_ACCESS /* `access` */, OPTION_PBX /* `pbx` */, OPTION_SCOPE_COUNT
};

struct option_row {
    const char *name;    /* in the file: lower_snake; on the command line: --lower-snake where is_flag */
    const char *value;   /* what stands for it in help: "FILE", "SECONDS" */
    const char *unit;
    const char *fallback; /* the default, as the user would write it; NULL: none */
    const char *help;
    const char *const *choices; /* OPTION_CHOICE: NULL-terminated */
    int64_t min, max;    /* a number, milliseconds, or the bytes of a text */
    enum option_type type;
    enum option_scope scope;
    bool is_flag;        /* may stand on the command line */
    bool is_lockable;    /* settings_lock holds for it; for the lists pbx and agents in any case */
    bool is_secret;      /* never shown */
    uint16_t offset;
};

extern const struct option_row option_table[];
extern const size_t option_count;

/* The row of a flag of the command line (name without dashes, '-' is '_'); NULL: not a flag of ours.
 * Only a flag of type OPTION_BOOL stands without a value. */
const struct option_row *option_flag(struct slice name);

/* In each of these, origin[row of option_table] is where the value came from: "FILE:LINE", "--flag",
 * or NULL for the default. */
struct agent_settings { /* who is who: core/config/directory.h reads it */
    char **origin;
    char *extension, *name, *interface, *state_interface, *phone, *team, *alias;
    char *user; /* of this host, who is this agent; NULL: nobody */
    char *pbx; /* NULL: on all of them */
};

struct queue_settings { /* what a queue is called; the order of the list is that of the screen */
    char **origin;
    char *name, *alias;
    char *extension; /* EXTEN[@CONTEXT] of the dialplan that joins it; NULL: unknown */
    char *pbx; /* NULL: on all of them */
};

struct role_settings { /* a penalty with a name */
    char **origin;
    char *name;
    int64_t penalty;
};

struct set_settings { /* queues with a name, which an agent logs in to */
    char **origin;
    char *name;
    char *queues; /* lines */
    char *role;   /* a name of `roles`, or a penalty; NULL: penalty 0 */
};

struct reason_settings { /* why somebody is paused */
    char **origin;
    char *name;  /* as it is in the PBX */
    char *kind;  /* one of the choices of its row */
    int64_t limit_ms; /* after so long it is too long; 0: never */
};

struct threshold_settings { /* when a number is too much, or too little: core/floor/alert.h reads it */
    char **origin;
    char *number;
    char *warn, *alarm; /* NULL: none */
    char *queues;       /* lines; NULL: all */
};

struct pane_settings { /* how a list of the console is shown: tui/choice.h reads it */
    char **origin;
    char *pane;
    char *columns; /* lines; NULL: the usual ones */
    char *sort, *group, *filter;
    bool is_inverted, is_tiles, is_wide;
};

struct layout_settings { /* how the panes of a screen of the console lie: tui/layout.h has the language */
    char **origin;
    char *screen, *panes;
};

struct rights_settings { /* what a role may at a shared keeper: core/keeper/policy.h reads it */
    char **origin;
    char *name, *like;    /* like NULL: the name is that of a role which there is in any case */
    char *allow, *deny;   /* lines: commands and classes of commands */
    char *numbers;        /* one of the choices of its row; NULL: as `like` has it */
    char *queues, *agents, *teams, *pbxs; /* lines, the only ones in sight; NULL: all */
};

struct access_settings { /* who has which role there */
    char **origin;
    char *user, *group; /* one of them */
    char *role;
    char *agent;        /* who he is on the floor; NULL: the list agents says it, or nobody */
    char *queues;       /* lines, instead of the role's; NULL: the role's */
};

struct pbx_settings {
    char **origin;
    char *name;            /* default: the host */
    char *url;             /* ami://USER@HOST[:PORT], amis:// for TLS; unix:///PATH?user=U for the simulator */
    char *user, *host;     /* taken from url */
    int64_t port;
    bool is_tls;
    char *socket_path;     /* unix:// */
    char *secret_file, *secret_command; /* neither: a prompt */
    char *ca, *pin;        /* CA file; "sha256//BASE64" */
    char *proxy;           /* socks5h://... or http://...; NULL: none, whatever the environment says */
    char *address_family;  /* "any", "4", "6" */
    char *agent_interface, *agent_state, *agent_phone, *dial_context, *conference, *take_context, *withdraw_context; /* instead of those of struct settings */
    int64_t wrapup_ms;     /* of members who have none of their own */
    bool is_plain_secret_allowed; /* send the secret in clear on a connection without TLS when MD5 is not offered */
};

struct settings {
    char **origin;
    struct pbx_settings *pbx;
    size_t pbx_count;
    struct agent_settings *agent;
    size_t agent_count;
    struct queue_settings *queue;
    size_t queue_count;
    struct role_settings *role;
    size_t role_count;
    struct set_settings *set;
    size_t set_count;
    struct reason_settings *reason;
    size_t reason_count;
    struct threshold_settings *threshold;
    size_t threshold_count;
    struct pane_settings *pane;
    size_t pane_count;
    struct layout_settings *layout;
    size_t layout_count;
    struct rights_settings *rights;
    size_t rights_count;
    struct access_settings *access;
    size_t access_count;
    char *theme, *keymap;
    char *screen;            /* that is opened first; NULL: the floor */
    char *only_pbx;          /* only this one is shown at first; NULL: all */
    bool is_merged;          /* queues of one name are one row */
    int64_t short_abandon_ms;
    int64_t refresh_ms;      /* -b: between documents; the console's beat is always 1 s */
    char *profile;           /* NULL: none; core/config/profile.h reads it */
    char *queues;            /* lines: the only ones that are followed; NULL: all */
    char *only_agents, *only_teams; /* lines: the only ones that are followed; both NULL: all */
    char *agent_interface, *agent_state, *agent_phone; /* patterns with {ext}; NULL: none */
    char *take_context; /* lines of the dialplan that take an agent out of a queue before they ring him; NULL: there are none */
    char *withdraw_context; /* lines that ring him for a caller who was taken out of a queue, and put the caller back; NULL: there are none */
    char *dial_context, *conference; /* where the dialplan takes numbers, and conferences: EXTEN[@CONTEXT], {ext} in it; NULL: unknown */
    char *phone;             /* the user's own, for listening; NULL: not said */
    char *graphs;            /* one of the choices of its row */
    bool is_ascii, is_mono, has_mouse, is_readonly, is_locked;
    char *locked_by;         /* "FILE:LINE" that locked them; NULL: they are not */
    bool is_demo; /* of a PBX that is none nothing is written down unless a file is named */
    bool is_wall; /* is_readonly as well, once settings_finish was called */
    int64_t past_ms;         /* how long what was is kept, to be looked back at; 0: not at all */
    int64_t past_memory_mib; /* the most memory for it */
    char *wall_layout;
    int64_t wall_period_ms;
    char *log_file, *log_level;
    char *keeper_socket;     /* of the shared keeper of this host; NULL: not said */
    int64_t consoles_per_user; /* there */
    int64_t idle_mask_ms, idle_exit_ms; /* without a key; 0: never */
    char *audit_log;         /* NULL: path_audit_log */
    char *audit;             /* "on", "required" */
    bool is_audit_syslog, is_audit_queue_log;
    bool has_flag_pbx; /* a --url was given: it replaced what the files said */
};

/* Files that are read when no --config is given, in order; NULL ends. ~ is already replaced. */
size_t settings_paths(char *out[], size_t max); /* each to be mem_free'd */

/* Reads `path` over what is there; a list (pbx, roles) replaces the list that was there. A missing file is an error here; the caller knows which may be missing.
 * The sentence has "FILE:LINE: ", the reason, and the nearest known name. */
MUST_USE bool settings_load(struct settings *s, const char *path, struct err *err);
/* The same from a text; path is its label. */
MUST_USE bool settings_load_text(struct settings *s, const char *path, struct slice text, struct err *err);
/* One flag of the command line: name without dashes. --url starts a new PBX, the first one
 * replaces those of the files; --name, --secret-file... belong to the last one. value NULL: none given. */
MUST_USE bool settings_flag(struct settings *s, struct slice name, const char *value, struct err *err);
/* From now on nothing changes what is locked: queues, agents and teams, PBXs, profile, read-only. Where is_locked is not set it does nothing. */
void settings_lock(struct settings *s);
MUST_USE bool settings_finish(struct settings *s, struct err *err); /* what must be there and agree; fills what follows from other options.
 * No PBX at all is no error here: --demo and replay need none. */
bool settings_no_pbx(struct err *err); /* false, with the sentence for those that do need one */
void settings_init(struct settings *s); /* the defaults */
void settings_clear(struct settings *s);
/* Every option with its value and where it came from, in the file's own syntax, secrets masked. */
bool settings_show(const struct settings *s, struct buf *out);

/* The options and lists that a profile may hold and that somebody set elsewhere than in the usual files, which are read under every
 * profile, as a file. theme, keymap: instead of the settings' own, unless NULL. */
MUST_USE bool settings_save(const struct settings *s, const char *theme, const char *keymap, struct buf *out);
/* Is `name` in the lines of an OPTION_TEXTS: each a name, or a pattern as "sales*"? NULL: everything is. */
bool settings_fits(const char *lines, const char *name);

const char *settings_library(void); /* the version of libconfig */

/* The name of the role with this penalty; NULL: none. */
const char *settings_role(const struct settings *s, int64_t penalty);
/* What is configured for this reason of a pause, whatever its case; NULL: nothing. */
const struct reason_settings *settings_reason(const struct settings *s, const char *name);

/* Generic reading of a user's file for keymaps and themes: a list of (section, name, value, line). Same syntax, same messages.
 * A group is a section, a group in it "outer.inner". What `each` says is wrong gets "FILE:LINE: " in front. With a text, path is its label. */
struct settings_entry {
    const char *section; /* "" at the top */
    const char *name;
    const char *value;   /* scalar as text; members of an array come as further entries of the same name, an empty array as "" */
    int line;
};
MUST_USE bool settings_each(const char *path, struct slice text /* absent: read path */,
                            bool (*each)(void *context, const struct settings_entry *e, struct err *err), void *context, struct err *err);

#endif
