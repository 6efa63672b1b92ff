/* SPDX-License-Identifier: MIT */
/* options: the one table of what a user may decide. Files, flags, `config show`, help and the
 * man page are driven by it; adding an option is a member in settings.h and a row here.
 * What a row does with a value is in option_value.c. */
#include "core/config/options.h"

#include "core/base/near.h"
#include "core/config/entries.h"

enum { SECOND_MS = 1000, HOUR_MS = 3600 * SECOND_MS };

static const char *const families[] = { "any", "4", "6", NULL };
static const char *const glyphs[] = { "auto", "block", "braille", "half", "ascii", NULL };
static const char *const access_roles[] = { "viewer", "agent", "supervisor", "admin", NULL };
static const char *const access_numbers[] = { "shown", "masked", NULL };
static const char *const audits[] = { "on", "required", NULL };
static const char *const levels[] = { "error", "warn", "info", "debug", NULL };

static const char *const reason_kinds[] = { "acw", "break", "work", "away", NULL };

#define AT(type, member) .offset = offsetof(struct type, member)

const struct option_row option_table[] = {
    { .name = "theme", .value = "NAME", .fallback = "auto", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_flag = true, .min = 1, .max = 256,
      .help = "colours: the name of an installed theme, or the path of a file (with a '/'); auto is default, or light where the terminal says that its ground is, or "
              "either where it has 16 colours or fewer and does not say", AT(settings, theme) },
    { .name = "keymap", .value = "NAME", .fallback = "default", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_flag = true, .min = 1, .max = 256,
      .help = "keys: the name of an installed keymap, or the path of a file (with a '/')", AT(settings, keymap) },
    { .name = "short_abandon", .value = "DURATION", .unit = "seconds", .fallback = "5s", .type = OPTION_DURATION, .scope = OPTION_GLOBAL,
      .is_flag = true, .min = 0, .max = HOUR_MS,
      .help = "callers who hang up before this are counted apart and left out of the service level", AT(settings, short_abandon_ms) },
    { .name = "refresh", .value = "DURATION", .unit = "seconds", .fallback = "5s", .type = OPTION_DURATION, .scope = OPTION_GLOBAL, .is_flag = true,
      .min = SECOND_MS, .max = HOUR_MS, .help = "time between two documents of acdtop -b; the console ticks once a second whatever this says",
      AT(settings, refresh_ms) },
    { .name = "ascii", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_flag = true,
      .help = "draw with ASCII only; other characters are shown as '?'", AT(settings, is_ascii) },
    { .name = "mono", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_flag = true, .help = "no colours: bold, underline and reverse only",
      AT(settings, is_mono) },
    { .name = "graphs", .value = "GLYPHS", .fallback = "auto", .type = OPTION_CHOICE, .choices = glyphs, .scope = OPTION_GLOBAL, .is_flag = true,
      .help = "lines of the past and bars: block, braille (finer), half (for few glyphs), ascii, or auto: half on the Linux console, else block",
      AT(settings, graphs) },
    { .name = "mouse", .fallback = "true", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_flag = true,
      .help = "clicks and the wheel do what they look like; with false (--mouse=false) the terminal selects text as it does elsewhere",
      AT(settings, has_mouse) },
    { .name = "readonly", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true,
      .help = "send nothing that changes queues, agents or calls, whatever key is pressed; still set, where the AMI user may: the global variable ACDTOP_SYNC, "
              "which nobody else reads", AT(settings, is_readonly) },
    { .name = "screen", .value = "SCREEN", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_flag = true, .min = 1, .max = 64,
      .help = "the screen that the console opens first: floor, queues, agents, callers, calls, events, links or orders", AT(settings, screen) },
    { .name = "only_pbx", .value = "PBX", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_flag = true, .min = 1, .max = 255,
      .help = "show only the PBX of this name, and its totals; --pbx NAME for short. The others are followed all the same: @ alone in the console shows them", AT(settings, only_pbx) },
    { .name = "merge", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_flag = true,
      .help = "queues of the same name on several PBXs are one row, calls and agents added up, the longest wait of all, shares weighted by calls; and so is an "
              "agent of one name and extension", AT(settings, is_merged) },
    { .name = "profile", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true, .min = 0, .max = 4096,
      .help = "settings with a name: ~/.config/acdtop/profiles/NAME.conf, else that of /etc/acdtop/profiles, read over the other files; or a path (with a '/'); "
              "empty: none",
      AT(settings, profile) },
    { .name = "locked", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_lockable = true,
      .help = "in /etc/acdtop/acdtop.conf: what it says of pbx, queues, agents, teams, profile and readonly cannot be changed by other files or by flags, and the streams of "
              "a PBX cannot be recorded", AT(settings, is_locked) },
    { .name = "queues", .value = "NAME", .type = OPTION_TEXTS, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true, .min = 1, .max = 255,
      .help = "follow only these queues: their names, \"sales*\" for all whose name begins so, a list in a file, --queues for each on the command line; nothing "
              "of other queues leaves the keeper", AT(settings, queues) },
    { .name = "only_agents", .value = "NAME", .type = OPTION_TEXTS, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true, .min = 1, .max = 255,
      .help = "follow only these agents: extensions or interfaces, \"4*\" for all that begin so, lists as for queues; nothing of other agents leaves the "
              "keeper but the numbers of their queues", AT(settings, only_agents) },
    { .name = "only_teams", .value = "NAME", .type = OPTION_TEXTS, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true, .min = 1, .max = 255,
      .help = "follow only the agents of these teams, which are those of the list agents; with only_agents whoever is in either", AT(settings, only_teams) },
    { .name = "agent_interface", .value = "PATTERN", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 79,
      .help = "the interface of every agent who is not given one, with {ext} for the extension: \"PJSIP/{ext}\", FreePBX \"Local/{ext}@from-queue/n\"; "
              "read the other way, it tells the extension of an interface", AT(settings, agent_interface) },
    { .name = "agent_state", .value = "PATTERN", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 79,
      .help = "with it: the device whose state counts; FreePBX \"hint:{ext}@ext-local\"; default: the interface itself", AT(settings, agent_state) },
    { .name = "agent_phone", .value = "PATTERN", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 79,
      .help = "the phone itself, where the interface is only a way to it: \"PJSIP/{ext}\"; default: the interface", AT(settings, agent_phone) },
    { .name = "dial_context", .value = "CONTEXT", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 79,
      .help = "the context of the dialplan in which extensions and numbers are dialled: \"from-internal\"; send, transfer, handover, dial and conference need it", AT(settings, dial_context) },
    { .name = "conference", .value = "EXTEN", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 79,
      .help = "the extension of a conference room (ConfBridge), EXTEN@CONTEXT where it is in another context than dial_context; {ext} in it is who is called in, "
              "so that each has a room", AT(settings, conference) },
    { .name = "take_context", .value = "CONTEXT", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 79,
      .help = "the context of the dialplan with the lines that let take leave nothing behind, whoever dies; acdtop.conf(5) has them", AT(settings, take_context) },
    { .name = "withdraw_context", .value = "CONTEXT", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 79,
      .help = "the context of the dialplan with the lines that let take have one certain caller where Asterisk cannot move who waits; acdtop.conf(5) has them",
      AT(settings, withdraw_context) },
    { .name = "phone", .value = "DEVICE", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .min = 1, .max = 79,
      .help = "your own phone, on which you listen to calls: \"PJSIP/900\", or its extension; --on names another, which is then remembered instead", AT(settings, phone) },
    { .name = "past", .value = "DURATION", .unit = "seconds", .fallback = "30m", .type = OPTION_DURATION, .scope = OPTION_GLOBAL, .is_flag = true,
      .min = 0, .max = 24 * HOUR_MS, .help = "how far back the live console can be scrolled; 0: not at all", AT(settings, past_ms) },
    { .name = "past_memory", .value = "MIB", .unit = "MiB", .fallback = "16", .type = OPTION_INT, .scope = OPTION_GLOBAL, .is_flag = true,
      .min = 1, .max = 4096, .help = "the most memory for that: a storm of changes shortens how far back it reaches, which the screen says",
      AT(settings, past_memory_mib) },
    { .name = "wall", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_flag = true,
      .help = "the display that nobody touches instead of the console: big numbers, pages that turn by themselves; implies readonly", AT(settings, is_wall) },
    { .name = "wall_layout", .value = "NAME", .fallback = "default", .type = OPTION_TEXT, .scope = OPTION_GLOBAL, .is_flag = true, .min = 1, .max = 4096,
      .help = "pages of the wall: default, numbers, tiles, or the path of a file (with a '/'); after --wall the name alone will do", AT(settings, wall_layout) },
    { .name = "wall_period", .value = "DURATION", .unit = "seconds", .fallback = "15s", .type = OPTION_DURATION, .scope = OPTION_GLOBAL, .is_flag = true,
      .min = SECOND_MS, .max = HOUR_MS, .help = "how long a page of the wall stays, where its layout does not say", AT(settings, wall_period_ms) },
    { .name = "log_file", .value = "FILE", .type = OPTION_PATH, .scope = OPTION_GLOBAL, .is_flag = true, .min = 1, .max = 4096,
      .help = "write a log to FILE (mode 0600, secrets masked)", AT(settings, log_file) },
    { .name = "keeper_socket", .value = "FILE", .type = OPTION_PATH, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true, .min = 1, .max = 107,
      .help = "where 'acdtop keeper' listens, and where consoles look for it; a console without a PBX of its own looks at /run/acdtop/keeper.sock",
      AT(settings, keeper_socket) },
    { .name = "audit_log", .value = "FILE", .type = OPTION_PATH, .scope = OPTION_GLOBAL, .is_lockable = true, .min = 1, .max = 4096,
      .help = "write every order to FILE (mode 0600), at its issue and at its outcome; default: ~/.local/state/acdtop/audit.log", AT(settings, audit_log) },
    { .name = "audit", .value = "HOW", .fallback = "on", .type = OPTION_CHOICE, .choices = audits, .scope = OPTION_GLOBAL, .is_lockable = true,
      .help = "with required no order is sent before its record is on the disk, and none while the audit log cannot be written; with on it waits a moment until that is in the file, and what cannot be written is only told",
      AT(settings, audit) },
    { .name = "audit_syslog", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_lockable = true,
      .help = "the records go to syslog as well, or to the journal: /dev/log, facility authpriv", AT(settings, is_audit_syslog) },
    { .name = "audit_queue_log", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_GLOBAL, .is_lockable = true,
      .help = "every order that reached a PBX leaves a line in its queue_log, of the event ACDTOP, where the AMI user may do QueueLog", AT(settings, is_audit_queue_log) },
    { .name = "log_level", .value = "LEVEL", .fallback = "warn", .type = OPTION_CHOICE, .choices = levels, .scope = OPTION_GLOBAL, .is_flag = true,
      .help = "how much the log says: error, warn, info or debug", AT(settings, log_level) },
    { .name = "consoles_per_user", .value = "N", .fallback = "16", .type = OPTION_INT, .scope = OPTION_GLOBAL, .min = 1, .max = 200,
      .help = "so many consoles and commands of one user the keeper of a host serves at a time; root and the keeper's own user are not counted", AT(settings, consoles_per_user) },
    { .name = "idle_mask", .value = "DURATION", .unit = "seconds", .fallback = "0s", .type = OPTION_DURATION, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true,
      .min = 0, .max = 24 * HOUR_MS, .help = "the console hides callers' numbers after so long without a key; any key shows them again, and does nothing else; 0: never",
      AT(settings, idle_mask_ms) },
    { .name = "idle_exit", .value = "DURATION", .unit = "seconds", .fallback = "0s", .type = OPTION_DURATION, .scope = OPTION_GLOBAL, .is_flag = true, .is_lockable = true,
      .min = 0, .max = 24 * HOUR_MS, .help = "the console ends after so long without a key; 0: never", AT(settings, idle_exit_ms) },
    { .name = "name", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_RIGHTS, .min = 1, .max = 32,
      .help = "what the role is called; viewer, agent, supervisor and admin are there in any case, and changed by an entry of that name", AT(rights_settings, name) },
    { .name = "like", .value = "ROLE", .type = OPTION_CHOICE, .choices = access_roles, .scope = OPTION_RIGHTS,
      .help = "whose rights it begins with; default: its own name", AT(rights_settings, like) },
    { .name = "allow", .value = "COMMANDS", .type = OPTION_TEXTS, .scope = OPTION_RIGHTS, .min = 1, .max = 32,
      .help = "orders that it may give as well: commands, and classes of them as listed below", AT(rights_settings, allow) },
    { .name = "deny", .value = "COMMANDS", .type = OPTION_TEXTS, .scope = OPTION_RIGHTS, .min = 1, .max = 32,
      .help = "orders that it may not give, whatever allow says", AT(rights_settings, deny) },
    { .name = "numbers", .value = "HOW", .type = OPTION_CHOICE, .choices = access_numbers, .scope = OPTION_RIGHTS,
      .help = "callers' numbers: shown, or masked as +4179*****34; default: shown", AT(rights_settings, numbers) },
    { .name = "queues", .value = "NAMES", .type = OPTION_TEXTS, .scope = OPTION_RIGHTS, .min = 1, .max = 255,
      .help = "the only queues in sight, \"sales*\" for all whose name begins so; of an agent: those in sight beside his own, which he may join", AT(rights_settings, queues) },
    { .name = "agents", .value = "NAMES", .type = OPTION_TEXTS, .scope = OPTION_RIGHTS, .min = 1, .max = 255,
      .help = "the only agents in sight, by extension or interface", AT(rights_settings, agents) },
    { .name = "teams", .value = "NAMES", .type = OPTION_TEXTS, .scope = OPTION_RIGHTS, .min = 1, .max = 255, .help = "the only teams whose agents are in sight", AT(rights_settings, teams) },
    { .name = "pbxs", .value = "NAMES", .type = OPTION_TEXTS, .scope = OPTION_RIGHTS, .min = 1, .max = 255, .help = "the only PBXs in sight", AT(rights_settings, pbxs) },
    { .name = "user", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_ACCESS, .min = 1, .max = 64, .help = "a user of this host",
      AT(access_settings, user) },
    { .name = "group", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_ACCESS, .min = 1, .max = 64, .help = "or everybody in this group",
      AT(access_settings, group) },
    { .name = "role", .value = "ROLE", .type = OPTION_TEXT, .scope = OPTION_ACCESS, .min = 1, .max = 32,
      .help = "viewer sees the floor; agent sees his queues and himself and gives orders for himself; supervisor gives all orders but those of the class monitoring; "
              "admin may everything; or a role of access_roles. Who is in no entry gets no answer", AT(access_settings, role) },
    { .name = "agent", .value = "NUMBER", .type = OPTION_TEXT, .scope = OPTION_ACCESS, .min = 1, .max = 79,
      .help = "who this user is on the floor, by extension or interface; else the entry of the list agents with this user says it", AT(access_settings, agent) },
    { .name = "queues", .value = "NAMES", .type = OPTION_TEXTS, .scope = OPTION_ACCESS, .min = 1, .max = 255, .help = "instead of the queues of the role", AT(access_settings, queues) },
    { .name = "url", .value = "URL", .type = OPTION_TEXT, .scope = OPTION_PBX, .is_flag = true, .min = 1, .max = 1024,
      .help = "the PBX: ami://USER@HOST[:PORT] (5038), amis:// with TLS (5039); on the command line repeatable, one for each PBX", AT(pbx_settings, url) },
    { .name = "name", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_PBX, .is_flag = true, .min = 1, .max = 255,
      .help = "what this PBX is called on screen and in JSON; default: its host", AT(pbx_settings, name) },
    { .name = "secret_file", .value = "FILE", .type = OPTION_PATH, .scope = OPTION_PBX, .is_flag = true, .min = 1, .max = 4096,
      .help = "file with the AMI user's secret; refused when the group or others can read it", AT(pbx_settings, secret_file) },
    { .name = "secret_command", .value = "COMMAND", .type = OPTION_TEXT, .scope = OPTION_PBX, .is_flag = true, .is_secret = true, .min = 1, .max = 4096,
      .help = "shell command that prints the secret; without it and secret_file the secret is asked for", AT(pbx_settings, secret_command) },
    { .name = "ca", .value = "FILE", .type = OPTION_PATH, .scope = OPTION_PBX, .is_flag = true, .min = 1, .max = 4096,
      .help = "certificates (PEM) that may vouch for the PBX, instead of the system's; amis:// only", AT(pbx_settings, ca) },
    { .name = "pin", .value = "PIN", .type = OPTION_TEXT, .scope = OPTION_PBX, .is_flag = true, .min = 1, .max = 512,
      .help = "the PBX's public key as sha256//BASE64; any other key is refused; amis:// only", AT(pbx_settings, pin) },
    { .name = "proxy", .value = "URL", .type = OPTION_TEXT, .scope = OPTION_PBX, .is_flag = true, .min = 1, .max = 512,
      .help = "reach the PBX through socks5h://HOST:PORT or http://HOST:PORT; proxy variables of the environment are ignored", AT(pbx_settings, proxy) },
    { .name = "address_family", .value = "FAMILY", .fallback = "any", .type = OPTION_CHOICE, .choices = families, .scope = OPTION_PBX, .is_flag = true,
      .help = "which addresses of the host are used: 4 (IPv4), 6 (IPv6) or any", AT(pbx_settings, address_family) },
    { .name = "allow_plain_secret", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_PBX, .is_flag = true,
      .help = "send the secret unencrypted to a PBX that offers neither TLS nor MD5; whoever listens on the way can read it",
      AT(pbx_settings, is_plain_secret_allowed) },
    { .name = "wrapup", .value = "DURATION", .unit = "seconds", .fallback = "0s", .type = OPTION_DURATION, .scope = OPTION_PBX, .is_flag = true,
      .min = 0, .max = HOUR_MS,
      .help = "the wrapuptime of its queues.conf, which AMI does not tell; members who have one of their own keep it", AT(pbx_settings, wrapup_ms) },
    { .name = "agent_interface", .value = "PATTERN", .type = OPTION_TEXT, .scope = OPTION_PBX, .min = 1, .max = 79,
      .help = "as the option of that name, for this PBX", AT(pbx_settings, agent_interface) },
    { .name = "agent_state", .value = "PATTERN", .type = OPTION_TEXT, .scope = OPTION_PBX, .min = 1, .max = 79,
      .help = "as the option of that name, for this PBX", AT(pbx_settings, agent_state) },
    { .name = "agent_phone", .value = "PATTERN", .type = OPTION_TEXT, .scope = OPTION_PBX, .min = 1, .max = 79,
      .help = "as the option of that name, for this PBX", AT(pbx_settings, agent_phone) },
    { .name = "dial_context", .value = "CONTEXT", .type = OPTION_TEXT, .scope = OPTION_PBX, .min = 1, .max = 79,
      .help = "as the option of that name, for this PBX", AT(pbx_settings, dial_context) },
    { .name = "conference", .value = "EXTEN", .type = OPTION_TEXT, .scope = OPTION_PBX, .min = 1, .max = 79,
      .help = "as the option of that name, for this PBX", AT(pbx_settings, conference) },
    { .name = "take_context", .value = "CONTEXT", .type = OPTION_TEXT, .scope = OPTION_PBX, .min = 1, .max = 79,
      .help = "as the option of that name, for this PBX", AT(pbx_settings, take_context) },
    { .name = "withdraw_context", .value = "CONTEXT", .type = OPTION_TEXT, .scope = OPTION_PBX, .min = 1, .max = 79,
      .help = "as the option of that name, for this PBX", AT(pbx_settings, withdraw_context) },
    { .name = "extension", .value = "N", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 40,
      .help = "the internal number, by which the agent is called in commands", AT(agent_settings, extension) },
    { .name = "name", .value = "TEXT", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 79,
      .help = "the name: shown where the PBX sends none, and the member's name in a queue that the agent is added to", AT(agent_settings, name) },
    { .name = "interface", .value = "DEVICE", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 79,
      .help = "what the queues ring: \"PJSIP/401\"; default: what agent_interface makes of the extension", AT(agent_settings, interface) },
    { .name = "state_interface", .value = "DEVICE", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 79,
      .help = "the device whose state counts; default: what agent_state makes of the extension, else the interface", AT(agent_settings, state_interface) },
    { .name = "phone", .value = "DEVICE", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 79,
      .help = "the phone itself; default: what agent_phone makes of the extension, else the interface", AT(agent_settings, phone) },
    { .name = "team", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 64,
      .help = "the team, to group and to filter by, and for only_teams", AT(agent_settings, team) },
    { .name = "alias", .value = "TEXT", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 64,
      .help = "what is shown instead of the name that the PBX sends; commands know it too", AT(agent_settings, alias) },
    { .name = "user", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 64,
      .help = "the user of this host who is this agent, for access with the role agent", AT(agent_settings, user) },
    { .name = "pbx", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_AGENT, .min = 1, .max = 255,
      .help = "only on the PBX of that name, where it goes before an entry for all", AT(agent_settings, pbx) },
    { .name = "name", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_QUEUE, .min = 1, .max = 255, .help = "the queue, as the PBX calls it",
      AT(queue_settings, name) },
    { .name = "alias", .value = "TEXT", .type = OPTION_TEXT, .scope = OPTION_QUEUE, .min = 1, .max = 64, .help = "what is shown instead; commands, filters and search know both",
      AT(queue_settings, alias) },
    { .name = "extension", .value = "EXTEN", .type = OPTION_TEXT, .scope = OPTION_QUEUE, .min = 1, .max = 79,
      .help = "the extension of the dialplan that joins the queue, EXTEN@CONTEXT where it is in another context than dial_context: moveto needs it", AT(queue_settings, extension) },
    { .name = "pbx", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_QUEUE, .min = 1, .max = 255, .help = "only on the PBX of that name, where it goes before an entry for all",
      AT(queue_settings, pbx) },
    { .name = "name", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_ROLE, .min = 1, .max = 64, .help = "what members with this penalty are called",
      AT(role_settings, name) },
    { .name = "penalty", .value = "N", .type = OPTION_INT, .scope = OPTION_ROLE, .min = 0, .max = 1000000, .help = "the penalty in the queue that makes the role",
      AT(role_settings, penalty) },
    { .name = "name", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_SET, .min = 1, .max = 64,
      .help = "what the set is called; that of an agent's team is his when login names none", AT(set_settings, name) },
    { .name = "queues", .value = "NAME", .type = OPTION_TEXTS, .scope = OPTION_SET, .min = 1, .max = 255, .help = "its queues: a list of their names",
      AT(set_settings, queues) },
    { .name = "role", .value = "ROLE", .type = OPTION_TEXT, .scope = OPTION_SET, .min = 1, .max = 64,
      .help = "the role in each of them: a name of roles, or a penalty; default: 0", AT(set_settings, role) },
    { .name = "name", .value = "TEXT", .type = OPTION_TEXT, .scope = OPTION_REASON, .min = 1, .max = 79, .help = "the reason, as the PBX has it and as it is offered",
      AT(reason_settings, name) },
    { .name = "kind", .value = "KIND", .fallback = "break", .type = OPTION_CHOICE, .choices = reason_kinds, .scope = OPTION_REASON,
      .help = "what it is: acw (work after a call), break, work (not on the telephone), away", AT(reason_settings, kind) },
    { .name = "limit", .value = "DURATION", .unit = "seconds", .fallback = "0s", .type = OPTION_DURATION, .scope = OPTION_REASON, .min = 0, .max = 24 * HOUR_MS,
      .help = "who is paused longer is marked; 0: never", AT(reason_settings, limit_ms) },
    { .name = "number", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_THRESHOLD, .min = 1, .max = 64,
      .help = "which number is watched: one of the list below", AT(threshold_settings, number) },
    { .name = "warn", .value = "FIGURE", .type = OPTION_FIGURE, .scope = OPTION_THRESHOLD, .min = 1, .max = 32,
      .help = "from here on it needs a look: a number, a share (\"80%\") or a duration (\"90s\"), as the number is counted", AT(threshold_settings, warn) },
    { .name = "alarm", .value = "FIGURE", .type = OPTION_FIGURE, .scope = OPTION_THRESHOLD, .min = 1, .max = 32,
      .help = "from here on it needs a person", AT(threshold_settings, alarm) },
    { .name = "queues", .value = "NAMES", .type = OPTION_TEXTS, .scope = OPTION_THRESHOLD, .min = 1, .max = 255,
      .help = "only in these queues, \"sales*\" for all whose name begins so; the last entry that fits a queue holds", AT(threshold_settings, queues) },
    { .name = "pane", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_PANE, .min = 1, .max = 64, .help = "which list: queues, callers, agents, calls, events, links ...",
      AT(pane_settings, pane) },
    { .name = "columns", .value = "NAMES", .type = OPTION_TEXTS, .scope = OPTION_PANE, .min = 1, .max = 64, .help = "its columns, from left to right",
      AT(pane_settings, columns) },
    { .name = "sort", .value = "COLUMN", .type = OPTION_TEXT, .scope = OPTION_PANE, .min = 1, .max = 64, .help = "the column that it is sorted by", AT(pane_settings, sort) },
    { .name = "inverted", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_PANE, .help = "sorted the other way round than is usual for that column",
      AT(pane_settings, is_inverted) },
    { .name = "group", .value = "GROUP", .type = OPTION_TEXT, .scope = OPTION_PANE, .min = 1, .max = 64, .help = "rows put together by state, queue, team or pbx",
      AT(pane_settings, group) },
    { .name = "tiles", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_PANE, .help = "agents as tiles", AT(pane_settings, is_tiles) },
    { .name = "wide", .fallback = "false", .type = OPTION_BOOL, .scope = OPTION_PANE, .help = "every column there is, moved sideways", AT(pane_settings, is_wide) },
    { .name = "filter", .value = "TEXT", .type = OPTION_TEXT, .scope = OPTION_PANE, .min = 1, .max = 400, .help = "only rows that match: acdtop(1) has the language",
      AT(pane_settings, filter) },
    { .name = "screen", .value = "NAME", .type = OPTION_TEXT, .scope = OPTION_LAYOUT, .min = 1, .max = 64, .help = "which screen: one of the list below",
      AT(layout_settings, screen) },
    { .name = "panes", .value = "LAYOUT", .type = OPTION_TEXT, .scope = OPTION_LAYOUT, .min = 1, .max = 400,
      .help = "its panes and how they lie; those that are not named are not shown", AT(layout_settings, panes) },
};
const size_t option_count = sizeof option_table / sizeof option_table[0];

static char underscored(char c)
{
    return c == '-' ? '_' : c;
}

static bool is_name(struct slice typed, const char *name, bool is_flag)
{
    size_t i = 0;
    for (; i < typed.n && name[i] != '\0'; i++)
        if ((is_flag ? underscored(typed.p[i]) : typed.p[i]) != name[i])
            return false;
    return i == typed.n && name[i] == '\0';
}

const struct option_row *option_find(enum option_scope scope, struct slice name)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_table[i].scope == scope && is_name(name, option_table[i].name, false))
            return &option_table[i];
    return NULL;
}

const struct option_row *option_flag(struct slice name)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_table[i].is_flag && is_name(name, option_table[i].name, true))
            return &option_table[i];
    return NULL;
}

struct wanted {
    enum option_scope scope;
    bool flags_only;
};

static bool is_wanted(const struct option_row *row, const struct wanted *w)
{
    return w->flags_only ? row->is_flag : row->scope == w->scope;
}

static const char *name_at(size_t i, const void *context)
{
    const struct wanted *w = context;
    for (size_t row = 0; row < option_count; row++)
        if (is_wanted(&option_table[row], w) && i-- == 0)
            return option_table[row].name;
    if (w->flags_only || w->scope != OPTION_GLOBAL)
        return NULL;
    for (size_t list = 0; list < OPTION_SCOPE_COUNT; list++) /* the lists have no row of their own: their members do */
        if (entries_lists[list].name != NULL && i-- == 0)
            return entries_lists[list].name;
    return NULL;
}

bool option_unknown(enum option_scope scope, bool flags_only, struct slice name, struct err *err)
{
    struct wanted w = { scope, flags_only };
    const char *near = near_name(name, name_at, &w);
    enum err_kind kind = flags_only ? ERR_USAGE : ERR_CONFIG;
    if (near != NULL && flags_only) {
        char dashed[64] = "";
        for (size_t i = 0; near[i] != '\0' && i < sizeof dashed - 1; i++)
            dashed[i] = near[i] == '_' ? '-' : near[i];
        return err_set(err, kind, "unknown option '--%.*s'; did you mean '--%s'?", SLICE_FMT(name), dashed);
    }
    if (near != NULL)
        return err_set(err, kind, "unknown option '%.*s'; did you mean '%s'?", SLICE_FMT(name), near);
    const char *dashes = flags_only ? "--" : "";
    return err_set(err, kind, "unknown option '%s%.*s'; acdtop.conf(5) lists them all", dashes, SLICE_FMT(name));
}
