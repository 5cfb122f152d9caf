/* cli (private): what the files of `tagsmith vocab` share. */
#ifndef TS_CLI_VOCAB_H
#define TS_CLI_VOCAB_H

#include "cli/server_settings.h"

typedef struct ts_vocab_settings {
    ts_server_settings server;
    const char *scheme, *language, *output, *read;
    const char *threshold, *merge, *split, *label;
    ts_option_list renames, synonyms, matches;
    unsigned format, hide, never, state;
    bool json, csv;
} ts_vocab_settings;

/* "/api/schemes/NAME" and what follows; NULL: err says why. The caller frees it with ts_buf_free. */
bool ts_vocab_target(ts_buf *target, const char *scheme, const char *what, ts_error *err);

/* `vocab set CONCEPT`: the settings that the options speak of, as JSON; NULL: err says why. */
json_t *ts_vocab_wish(const ts_vocab_settings *settings, ts_error *err);

#endif
