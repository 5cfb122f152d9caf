/* ontology: reads vocab/codes.tsv. */
#include "ontology/codes.h"

#include "base/arena.h"
#include "vocab/table.h"

static bool read_row(const ts_table *table, char *const *fields, ts_code_row *row, ts_error *err)
{
    *row = (ts_code_row){.concept = fields[0], .scheme = fields[1], .code = fields[2], .name = fields[4]};
    return ts_match_relation_find(fields[3], &row->relation) ||
           ts_table_fail(table, table->line, err, "there is no relation \"%s\"", fields[3]);
}

bool ts_codes_read(const char *vocab_dir, bool (*take)(void *context, const ts_code_row *row), void *context,
                   ts_error *err)
{
    static const char *const columns[] = {"concept", "scheme", "code", "relation", "name"};
    char *fields[5];
    ts_table table;
    ts_table_row got = TS_TABLE_ERROR;
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    bool ok = ts_table_open(&table, arena, vocab_dir, "codes.tsv", columns, 5, err);
    while (ok && (got = ts_table_next(&table, fields, err)) == TS_TABLE_ROW) {
        ts_code_row row;
        ok = read_row(&table, fields, &row, err) && take(context, &row);
    }
    ts_arena_free(arena);
    return ok && got == TS_TABLE_END;
}
