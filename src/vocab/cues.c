/* vocab: the table of cues, which says what evidence speaks for which scene or activity. Must not know what a look
 * or a relation is: it hands their names on. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "vocab/private.h"

enum { COL_CONCEPT, COL_RELATION, COL_CUE, COL_WEIGHT, CUE_COLUMNS };
static const char *const cue_columns[CUE_COLUMNS] = {"concept", "relation", "cue", "weight"};

static bool parse_weight(const ts_table *table, const char *text, float *weight, ts_error *err)
{
    char *end;
    *weight = strtof(text, &end);
    if (end == text || *end != '\0' || !(*weight >= -20 && *weight <= 20))
        return ts_table_fail(table, table->line, err, "\"%s\" is no weight between -20 and 20", text);
    return true;
}

static bool parse_cue(const ts_vocab *vocab, const ts_table *table, char **fields, ts_cue *cue, ts_error *err)
{
    *cue = (ts_cue){.relation = fields[COL_RELATION], .look = fields[COL_CUE], .seen = TS_CONCEPT_NONE};
    cue->concept = ts_vocab_find(vocab, fields[COL_CONCEPT]);
    if (cue->concept == TS_CONCEPT_NONE)
        return ts_table_fail(table, table->line, err, "there is no concept \"%s\"", fields[COL_CONCEPT]);
    if (strchr(cue->look, '/')) {
        cue->seen = ts_vocab_find(vocab, cue->look);
        if (cue->seen == TS_CONCEPT_NONE)
            return ts_table_fail(table, table->line, err, "there is no concept \"%s\"", cue->look);
    }
    return parse_weight(table, fields[COL_WEIGHT], &cue->weight, err);
}

/* Readers take the rows of one concept in one run. */
static bool check_order(const ts_vocab *vocab, const ts_table *table, ts_error *err)
{
    if (vocab->cue_count < 2) return true;
    const ts_cue *row = &vocab->cues[vocab->cue_count - 1];
    if (strcmp(ts_vocab_id(vocab, row[-1].concept), ts_vocab_id(vocab, row->concept)) <= 0) return true;
    return ts_table_fail(table, table->line, err, "the rows are not sorted by concept");
}

bool ts_vocab_load_cues(ts_vocab *vocab, const char *dir, ts_error *err)
{
    const char *path = ts_path_join(vocab->arena, dir, TS_CUES_TABLE);
    if (!path) return ts_fail_memory(err);
    if (!ts_file_exists(path)) return true; /* a vocabulary need not conclude anything */
    ts_table table;
    if (!ts_table_open(&table, vocab->arena, dir, TS_CUES_TABLE, cue_columns, CUE_COLUMNS, err)) return false;
    vocab->cues = TS_NEW_ARRAY(vocab->arena, ts_table_rows_left(&table), ts_cue);
    if (!vocab->cues) return ts_fail_memory(err);
    char *fields[CUE_COLUMNS];
    ts_table_row read;
    while ((read = ts_table_next(&table, fields, err)) == TS_TABLE_ROW)
        if (!parse_cue(vocab, &table, fields, &vocab->cues[vocab->cue_count++], err) ||
            !check_order(vocab, &table, err))
            return false;
    return read == TS_TABLE_END;
}

size_t ts_vocab_cues(const ts_vocab *vocab, const ts_cue **cues)
{
    *cues = vocab->cues;
    return vocab->cue_count;
}
