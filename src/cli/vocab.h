/* cli (private): what the files of `tagsmith vocab` share. */
#ifndef TS_CLI_VOCAB_H
#define TS_CLI_VOCAB_H

#include "cli/server_settings.h"
#include "service/tag.h"

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

/* "Our Museum.ttl" is "our-museum"; "" where nothing is left. */
void ts_vocab_name_of(const char *path, char name[65]);

/* The vocabularies of `tag --scheme`, as the request takes them. Freed also after a failure. */
typedef struct ts_tag_words {
    ts_scheme_source *sources;
    size_t count;
} ts_tag_words;
/* list: names and files, by commas; NULL: none. What is no file and does not come with the program is asked of the data
 * folder. */
bool ts_tag_words_load(ts_tag_words *words, const ts_call *call, const ts_server_settings *server,
                       const char *list, ts_error *err);
void ts_tag_words_free(ts_tag_words *words);

/* `vocab set CONCEPT`: the settings that the options speak of, as JSON; NULL: err says why. */
json_t *ts_vocab_wish(const ts_vocab_settings *settings, ts_error *err);

#endif
