/* SPDX-License-Identifier: MIT */
/* cli_complete: the tables of flags, options and commands -> completions for bash, zsh and fish. A flag is seen as one shape
 * here wherever it stands; each shell has its own way to write it. Names of queues, agents, profiles and themes are asked for when Tab is pressed
 * (`acdtop complete`, cli_names.c); they come from others, so no shell may ever read one as its own language. */
#include "tui/cli/cli_complete.h"

#include "tui/cli/cli.h"

struct flag {
    char name[64]; /* as it is typed, without the dashes in front */
    char letter;   /* '\0': none */
    const char *help;
    bool takes_value, is_file;
    const char *names; /* what `complete` lists; NULL: nothing */
    struct buf words; /* what the value may be, a blank between; empty: anything */
};

static char letter_of(const char *name)
{
    for (size_t i = 0; i < cli_letter_count; i++) {
        if (strcmp(cli_letter_table[i].name, name) == 0) {
            return cli_letter_table[i].letter;
        }
    }
    return '\0';
}

static void add_word(struct buf *out, const char *word)
{
    buf_addf(out, "%s%s", out->len > 0 ? " " : "", word);
}

static const struct {
    const char *flag, *names;
} named[] = { { "theme", "themes" }, { "keymap", "keymaps" }, { "profile", "profiles" } };

/* What `complete` lists for the words of a command; NULL: nothing. */
static const char *names_of(const struct command_arg_row *arg)
{
    return arg->kind == COMMAND_ARG_QUEUE ? "queues" : arg->kind == COMMAND_ARG_AGENT || arg->kind == COMMAND_ARG_PHONE ? "agents" : NULL;
}

/* The i-th flag that is for people; false: there are no more. The words are to be cleared. */
static bool flag_at(size_t i, struct flag *out)
{
    const struct option_row *option = i < cli_flag_count ? NULL : &option_table[i - cli_flag_count];
    const char *name, *value;
    if (i >= cli_flag_count + option_count) {
        return false;
    }
    *out = (struct flag){ .words = BUF_INIT(4096) };
    name = option != NULL ? option->name : cli_flag_table[i].name;
    value = option != NULL ? option->value : cli_flag_table[i].value;
    out->help = option != NULL ? (option->is_flag ? option->help : NULL) : cli_flag_table[i].help;
    for (size_t k = 0; name[k] != '\0' && k + 1 < sizeof out->name; k++) {
        out->name[k] = name[k] == '_' ? '-' : name[k];
    }
    out->letter = letter_of(name);
    out->takes_value = option != NULL ? option->type != OPTION_BOOL : value != NULL;
    out->is_file = out->takes_value && value != NULL && strcmp(value, "FILE") == 0;
    for (const char *const *choice = option != NULL ? option->choices : NULL; choice != NULL && *choice != NULL; choice++) {
        add_word(&out->words, *choice);
    }
    for (size_t k = 0; k < sizeof named / sizeof named[0]; k++) {
        out->names = strcmp(name, named[k].flag) == 0 ? named[k].names : out->names;
    }
    return true;
}

static bool is_shown(enum command_id id)
{
    return id != COMMAND_OPEN && (command_table[id].where & COMMAND_SHELL) != 0;
}

/* The i-th thing that may stand behind a command's name, words first, then its options; NULL: there are no more. */
static const struct command_arg_row *arg_at(enum command_id id, size_t i)
{
    const struct command_arg_row *arg = i < COMMAND_ARGS_MAX && is_shown(id) ? &command_table[id].arg[i] : NULL;
    return arg != NULL && arg->kind != COMMAND_ARG_NONE ? arg : NULL;
}

/* Can a shell offer something there? */
static bool is_offered(const struct command_arg_row *arg)
{
    return arg->option == NULL && (arg->kind == COMMAND_ARG_CHOICE || arg->kind == COMMAND_ARG_FILE || names_of(arg) != NULL);
}

/* "add:--for", with `between` one and the next: every option of a command whose value is the next word. */
static void put_valued(const char *between)
{
    bool is_first = true;
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        for (size_t i = 0; arg_at(id, i) != NULL; i++) {
            if (arg_at(id, i)->option != NULL && arg_at(id, i)->kind != COMMAND_ARG_FLAG) {
                printf("%s%s:%s", is_first ? "" : between, command_table[id].name, arg_at(id, i)->option);
                is_first = false;
            }
        }
    }
}

/* A pattern for each command that has options of its own, then `begin`, they with blanks between, `end`. */
static void put_own_options(const char *begin, const char *end)
{
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        bool is_any = false;
        for (size_t i = 0; arg_at(id, i) != NULL; i++) {
            if (arg_at(id, i)->option != NULL) {
                printf(is_any ? " %.0s%.0s%s" : "    %s) %s%s", command_table[id].name, begin, arg_at(id, i)->option);
                is_any = true;
            }
        }
        if (is_any) {
            puts(end);
        }
    }
}

/* Text in single quotes for a shell; what would mean something to zsh's _arguments is escaped when it has `special`. */
static void put_quoted(const char *text, const char *special)
{
    putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", stdout);
        } else {
            if (strchr(special, *text) != NULL) {
                putchar('\\');
            }
            putchar(*text);
        }
    }
    putchar('\'');
}

/* "check|show" with blanks. */
static void put_choices(const char *choices)
{
    for (; *choices != '\0'; choices++) {
        putchar(*choices == '|' ? ' ' : *choices);
    }
}

/* How a shell whose `case` has a pattern for each place is given words, or names of files, to choose from. */
struct shell {
    const char *words_begin, *words_end, *files;
};

/* "add:1": the second word behind add. */
static void put_places(const struct shell *shell)
{
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        const struct command_arg_row *arg;
        for (size_t i = 0; (arg = arg_at(id, i)) != NULL; i++) {
            if (!is_offered(arg)) {
                continue;
            }
            printf("    %s:", command_table[id].name);
            printf(arg->is_many ? "*) " : "%zu) ", i);
            if (arg->kind == COMMAND_ARG_CHOICE) {
                fputs(shell->words_begin, stdout);
                put_choices(arg->name);
                puts(shell->words_end);
            } else if (arg->kind == COMMAND_ARG_FILE) {
                puts(shell->files);
            } else {
                printf("_acdtop_names %s ;;\n", names_of(arg));
            }
        }
    }
}

/* ---- bash ---- */

static const struct shell bash = { .words_begin = "COMPREPLY=($(compgen -W '", .words_end = "' -- \"$word\")) ;;",
                                   .files = "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\")) ;;" };

static void put_bash_values(void)
{
    struct flag f;
    for (size_t i = 0; flag_at(i, &f); i++) {
        if (f.help != NULL && f.takes_value) {
            printf("    --%s", f.name);
            if (f.letter != '\0') {
                printf(" | -%c", f.letter);
            }
            if (f.names != NULL) {
                printf(") _acdtop_names %s; return ;;\n", f.names);
            } else if (f.words.len > 0) {
                printf(") COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n", f.words.data);
            } else {
                puts(f.is_file ? ") compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\")); return ;;" : ") return ;;");
            }
        }
        buf_clear(&f.words);
    }
}

static void put_bash_flags(void)
{
    struct flag f;
    for (size_t i = 0; flag_at(i, &f); i++) {
        if (f.help != NULL) {
            printf(" --%s", f.name);
        }
        if (f.help != NULL && f.letter != '\0') {
            printf(" -%c", f.letter);
        }
        buf_clear(&f.words);
    }
}

static void put_commands(void)
{
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        if (is_shown(id)) {
            printf(" %s", command_table[id].name);
        }
    }
}

/* Which command stands before the cursor, and how many words behind it. */
static void put_bash_place(void)
{
    fputs("    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        if [[ -n $command ]]; then\n"
          "            case $command:${COMP_WORDS[i]} in\n"
          "            ", stdout);
    put_valued(" | ");
    fputs(") ((++i < COMP_CWORD)) || return ;;\n"
          "            *:-*) ;;\n"
          "            *) ((++at)) ;;\n"
          "            esac\n"
          "            continue\n"
          "        fi\n"
          "        case '", stdout);
    put_commands();
    puts(" ' in *\" ${COMP_WORDS[i]} \"*) command=${COMP_WORDS[i]} ;; esac\n"
         "    done");
}

void cli_complete_bash(void)
{
    puts("# Completion of acdtop for bash, made by: acdtop --dump completion-bash\n"
         "_acdtop_names()\n{\n"
         "    local name\n"
         "    while IFS= read -r name; do\n"
         "        [[ $name == \"$word\"* ]] && COMPREPLY+=(\"$(printf %q \"$name\")\")\n"
         "    done < <(\"${COMP_WORDS[0]}\" complete \"$1\" 2>/dev/null </dev/null)\n}\n"
         "_acdtop()\n{\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= own= at=0 i\n"
         "    COMPREPLY=()");
    put_bash_place();
    puts("    case $command in");
    put_own_options("own='", "' ;;");
    puts("    esac\n"
         "    case $before in");
    put_bash_values();
    fputs("    esac\n"
          "    if [[ $word == -* ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$own ", stdout);
    put_bash_flags();
    puts("\" -- \"$word\"))\n"
         "        return\n"
         "    fi\n"
         "    case $command:$at in");
    put_places(&bash);
    fputs("    :*) COMPREPLY=($(compgen -W '", stdout);
    put_commands();
    puts("' -- \"$word\")) ;;\n    esac\n}\ncomplete -F _acdtop acdtop");
}

/* ---- zsh ---- */

static const struct shell zsh = { .words_begin = "compadd -- ", .words_end = " ;;", .files = "_files ;;" };

static void put_zsh_flag(const struct flag *f)
{
    struct buf text = BUF_INIT(8192);
    if (f->letter != '\0') {
        printf("  '(-%c --%s)'{-%c%s,--%s%s}", f->letter, f->name, f->letter, f->takes_value ? "+" : "", f->name, f->takes_value ? "=" : "");
    } else {
        printf("  '*--%s%s'", f->name, f->takes_value ? "=" : "");
    }
    buf_addf(&text, "%s", f->help);
    fputs("'['", stdout);
    put_quoted(text.data, "[]:\\");
    fputs("']", stdout);
    if (f->names != NULL) {
        printf(":value:{_acdtop_names %s}", f->names);
    } else if (f->words.len > 0) {
        printf(":value:(%s)", f->words.data);
    } else if (f->takes_value) {
        fputs(f->is_file ? ":file:_files" : ":value: ", stdout);
    }
    puts("' \\");
    buf_clear(&text);
}

/* Behind a command: its words by their place, and its options. */
static void put_zsh_words(void)
{
    fputs("_acdtop_word()\n{\n"
          "    local -i at=0 i\n"
          "    for ((i = 2; i < CURRENT; i++)); do\n"
          "        case ${words[1]}:${words[i]} in\n"
          "        ", stdout);
    put_valued("|");
    puts(") ((++i < CURRENT)) || return 1 ;;\n"
         "        *:-*) ;;\n"
         "        *) ((++at)) ;;\n"
         "        esac\n"
         "    done\n"
         "    [[ ${words[CURRENT]} == -* ]] && case ${words[1]} in");
    put_own_options("compadd -- ", " ;;");
    puts("    esac\n"
         "    case ${words[1]}:$at in");
    put_places(&zsh);
    puts("    esac\n}");
}

void cli_complete_zsh(void)
{
    struct flag f;
    puts("#compdef acdtop\n"
         "# Completion of acdtop for zsh, made by: acdtop --dump completion-zsh\n"
         "_acdtop_names()\n{\n"
         "    local -a names=(${(f)\"$(acdtop complete $1 2>/dev/null </dev/null)\"})\n"
         "    compadd -a names\n}\n"
         "_acdtop_command()\n{\n"
         "    local -a commands=(");
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        if (is_shown(id)) {
            printf("        '%s:'", command_table[id].name);
            put_quoted(command_table[id].help, ":\\");
            putchar('\n');
        }
    }
    puts("    )\n"
         "    _describe command commands\n}");
    put_zsh_words();
    puts("_acdtop()\n{\n"
         "    _arguments -s \\");
    for (size_t i = 0; flag_at(i, &f); i++) {
        if (f.help != NULL) {
            put_zsh_flag(&f);
        }
        buf_clear(&f.words);
    }
    puts("  '1:command:_acdtop_command' \\\n"
         "  '*::word:_acdtop_word'\n}\n"
         "[[ $funcstack[1] == _acdtop ]] && _acdtop \"$@\" || compdef _acdtop acdtop");
}

/* ---- fish ---- */

/* Is the cursor on the n-th word behind this command, or, with "many", on that or a later one? */
static void put_fish_place(void)
{
    fputs("function __acdtop_at\n"
          "    set -l at -1\n"
          "    set -l is_value 0\n"
          "    for word in (commandline -opc)[2..-1]\n"
          "        if test $is_value = 1\n"
          "            set is_value 0\n"
          "        else if test $at -lt 0\n"
          "            test \"$word\" = $argv[1]; and set at 0\n"
          "        else\n"
          "            switch \"$argv[1]:$word\"\n"
          "                case ", stdout);
    put_valued(" ");
    puts("\n"
         "                    set is_value 1\n"
         "                case '*:-*'\n"
         "                case '*'\n"
         "                    set at (math $at + 1)\n"
         "            end\n"
         "        end\n"
         "    end\n"
         "    test $is_value = 0 -a $at -ge 0; or return 1\n"
         "    test $at = $argv[2]; or test \"$argv[3]\" = many -a $at -ge $argv[2]\n"
         "end");
}

static void put_fish_word(const char *command, size_t place, const struct command_arg_row *arg)
{
    if (arg->option != NULL) {
        printf("complete -c acdtop -n '__fish_seen_subcommand_from %s' -l %s%s\n", command, arg->option + 2, arg->kind == COMMAND_ARG_FLAG ? "" : " -x");
        return;
    }
    if (!is_offered(arg)) {
        return;
    }
    printf("complete -c acdtop -n '__acdtop_at %s %zu%s'", command, place, arg->is_many ? " many" : "");
    if (names_of(arg) != NULL) {
        printf(" -a '(acdtop complete %s 2>/dev/null)'\n", names_of(arg));
    } else if (arg->kind == COMMAND_ARG_FILE) {
        puts(" -F");
    } else {
        fputs(" -a '", stdout);
        put_choices(arg->name);
        puts("'");
    }
}

void cli_complete_fish(void)
{
    struct flag f;
    puts("# Completion of acdtop for fish, made by: acdtop --dump completion-fish\ncomplete -c acdtop -f");
    for (size_t i = 0; flag_at(i, &f); i++) {
        if (f.help != NULL) {
            printf("complete -c acdtop -l %s", f.name);
            if (f.letter != '\0') {
                printf(" -s %c", f.letter);
            }
            fputs(f.is_file ? " -rF" : f.takes_value ? " -x" : "", stdout);
            if (f.names != NULL) {
                printf(" -a '(acdtop complete %s 2>/dev/null)'", f.names);
            } else if (f.words.len > 0) {
                printf(" -a '%s'", f.words.data);
            }
            fputs(" -d ", stdout);
            put_quoted(f.help, "\\");
            putchar('\n');
        }
        buf_clear(&f.words);
    }
    put_fish_place();
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        if (is_shown(id)) {
            printf("complete -c acdtop -n __fish_use_subcommand -a %s -d ", command_table[id].name);
            put_quoted(command_table[id].help, "\\");
            putchar('\n');
        }
        for (size_t i = 0; arg_at(id, i) != NULL; i++) {
            put_fish_word(command_table[id].name, i, arg_at(id, i));
        }
    }
}
