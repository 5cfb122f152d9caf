/* service: reads a table of pictures and classes. Knows no networks and no vocabulary. */
#include "service/label_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"

enum { file_max = 64 << 20 };

typedef struct reading {
    const char *path; /* of the table */
    ts_arena *arena;
    ts_label_row *rows;
    size_t *lines; /* where each row stands */
    size_t count;
} reading;

static char *read_text(const char *path, ts_arena *arena, ts_error *err)
{
    ts_buf bytes = {0};
    bool ok = ts_file_read(path, file_max, &bytes, err);
    char *text = ok ? ts_arena_strndup(arena, bytes.data ? bytes.data : "", bytes.length) : NULL;
    ts_buf_free(&bytes);
    if (ok && !text) (void)ts_fail_memory(err);
    return text;
}

static const char *resolve(const reading *r, const char *file)
{
    const char *slash = strrchr(r->path, '/');
    if (file[0] == '/' || !slash) return file;
    const char *folder = ts_arena_strndup(r->arena, r->path, (size_t)(slash - r->path));
    const char *beside = folder ? ts_path_join(r->arena, folder[0] ? folder : "/", file) : NULL;
    return beside && ts_file_exists(beside) ? beside : file;
}

static bool refuse(const reading *r, size_t line, const char *why, ts_error *err)
{
    (void)ts_fail(err, TS_USAGE, "%.200s, line %zu: %s", r->path, line, why);
    return ts_hint(err, "each line is: file<TAB>class");
}

/* "file<TAB>class" and the like on top, as spreadsheets write it. */
static bool is_heading(const reading *r, const char *file, const char *class)
{
    bool names = strcasecmp(class, "class") == 0 || strcasecmp(class, "label") == 0;
    return r->count == 0 && names && !ts_file_exists(resolve(r, file));
}

/* Cuts the line into its row. */
static bool read_line(reading *r, char *line, size_t number, ts_error *err)
{
    line[strcspn(line, "\r")] = '\0';
    if (!line[0] || line[0] == '#') return true;
    char *tab = strchr(line, '\t');
    if (!tab) return refuse(r, number, "there is no tab between file and class", err);
    *tab = '\0';
    char *class = tab + 1;
    class[strcspn(class, "\t")] = '\0';
    if (!line[0] || !class[0]) return refuse(r, number, "the file or the class is empty", err);
    if (!ts_utf8_valid(class, strlen(class))) return refuse(r, number, "the class is no UTF-8", err);
    if (is_heading(r, line, class)) return true;
    r->lines[r->count] = number;
    r->rows[r->count++] = (ts_label_row){resolve(r, line), class};
    return true;
}

static int by_path(const void *pa, const void *pb)
{
    const ts_label_row *const *a = pa, *const *b = pb;
    int order = strcmp((*a)->path, (*b)->path);
    return order ? order : (*a > *b) - (*a < *b);
}

/* Rows that are there twice lose their class; the first one keeps it. */
static bool find_twice(reading *r, ts_error *err)
{
    const ts_label_row **order = TS_NEW_ARRAY(r->arena, r->count, const ts_label_row *);
    if (!order) return ts_fail_memory(err);
    for (size_t i = 0; i < r->count; i++) order[i] = &r->rows[i];
    if (r->count) qsort(order, r->count, sizeof *order, by_path);
    for (size_t first = 0, i = 1; i < r->count; i++) {
        if (strcmp(order[first]->path, order[i]->path) != 0) {
            first = i;
            continue;
        }
        size_t place = (size_t)(order[i] - r->rows);
        if (strcmp(order[first]->class, order[i]->class) != 0)
            return refuse(r, r->lines[place], "the picture has another class further up", err);
        r->rows[place].class = NULL;
    }
    return true;
}

bool ts_label_table_read(const char *path, ts_arena *arena, ts_label_table *out, ts_error *err)
{
    reading r = {.path = path, .arena = arena};
    size_t lines = 1, number = 0, kept = 0;
    char *text = read_text(path, arena, err);
    if (!text) return false;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    r.rows = TS_NEW_ARRAY(arena, lines, ts_label_row);
    r.lines = TS_NEW_ARRAY(arena, lines, size_t);
    if (!r.rows || !r.lines) return ts_fail_memory(err);
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        if (!read_line(&r, line, ++number, err)) return false;
    }
    if (!find_twice(&r, err)) return false;
    for (size_t i = 0; i < r.count; i++)
        if (r.rows[i].class) r.rows[kept++] = r.rows[i];
    *out = (ts_label_table){r.rows, kept};
    if (ts_arena_failed(arena)) return ts_fail_memory(err);
    return kept > 0 || ts_fail(err, TS_USAGE, "%.200s names no pictures", path);
}

const ts_label_row *ts_label_table_find(const ts_label_table *table, const char *path)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].path, path) == 0) return &table->rows[i];
    return NULL;
}
