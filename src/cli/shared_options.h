/* cli (private): rows of option tables that several commands have, each written once. `settings` is the command's own struct,
 * which has the member that the row fills. */
#ifndef TS_CLI_SHARED_OPTIONS_H
#define TS_CLI_SHARED_OPTIONS_H

#include "cli/command.h"

/* bool quiet. Commands with a progress line; with a last line of figures, too; those that judge models. */
#define TS_ROW_QUIET(settings) TS_ROW_QUIET_SAYING(settings, "no progress on standard error")
#define TS_ROW_QUIET_SUMMARY(settings)                                                                       \
    TS_ROW_QUIET_SAYING(settings, "no progress and no summary on standard error")
#define TS_ROW_QUIET_JUDGE(settings) TS_ROW_QUIET_SAYING(settings, "no progress")
#define TS_ROW_QUIET_SAYING(settings, help)                                                                  \
    {                                                                                                        \
        "quiet", 'q', TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, quiet), help                      \
    }

/* bool json. */
#define TS_ROW_JSON_FILES(settings) TS_ROW_JSON_SAYING(settings, "one JSON object a file")
#define TS_ROW_JSON_PROGRAMS(settings) TS_ROW_JSON_SAYING(settings, "JSON for programs")
#define TS_ROW_JSON_SAYING(settings, help)                                                                   \
    {                                                                                                        \
        "json", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, json), help                          \
    }

/* member: a bool. */
#define TS_ROW_HIDDEN(settings, member)                                                                      \
    {                                                                                                        \
        "hidden", 0, TS_OPTION_FLAG, NULL, NULL, 0, 0, offsetof(settings, member),                           \
            "take hidden files and folders too"                                                              \
    }

/* ts_tagger_setup setup. */
#define TS_ROW_ANALYSERS_JUDGE(settings)                                                                     \
    {                                                                                                        \
        "analysers", 'a', TS_OPTION_TEXT, "LIST", NULL, 0, 0, offsetof(settings, setup.analysers),           \
            "only these analysers"                                                                           \
    }
#define TS_ROW_JOBS_JUDGE(settings)                                                                          \
    {                                                                                                        \
        "jobs", 'j', TS_OPTION_COUNT, "N", NULL, 1, 1024, offsetof(settings, setup.jobs),                    \
            "pictures in hand at once"                                                                       \
    }

#endif
