/* place: the table of countries' names: "code TAB en TAB zh ...", sorted by code, the first line without # naming the
 * columns. Knows no coordinates. */
#include "place/countries.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

#define COUNTRIES_MAX 400
#define COLUMNS_MAX 16
#define TABLE_MAX ((size_t)1 << 20)

struct ts_countries {
    ts_buf text;
    const char *columns[COLUMNS_MAX];
    size_t column_count;
    const char *rows[COUNTRIES_MAX][COLUMNS_MAX];
    size_t row_count;
};

/* Cuts a line at its tabs; returns how many fields there are, COLUMNS_MAX + 1 for too many. */
static size_t cut(char *line, const char **fields)
{
    size_t count = 0;
    for (char *field; (field = strsep(&line, "\t")) != NULL;) {
        if (count == COLUMNS_MAX) return COLUMNS_MAX + 1;
        fields[count++] = field;
    }
    return count;
}

static bool add_line(ts_countries *countries, char *line)
{
    if (*line == '\0' || *line == '#') return true;
    if (countries->column_count == 0) {
        countries->column_count = cut(line, countries->columns);
        return countries->column_count >= 2 && countries->column_count <= COLUMNS_MAX &&
               strcmp(countries->columns[0], "code") == 0 && strcmp(countries->columns[1], "en") == 0;
    }
    if (countries->row_count == COUNTRIES_MAX) return false;
    const char **row = countries->rows[countries->row_count];
    if (cut(line, row) != countries->column_count || strlen(row[0]) != 2) return false;
    if (countries->row_count && strcmp(countries->rows[countries->row_count - 1][0], row[0]) >= 0)
        return false;
    countries->row_count++;
    return true;
}

ts_countries *ts_countries_open(const char *path, ts_error *err)
{
    ts_countries *countries = calloc(1, sizeof *countries);
    if (!countries) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    size_t number = 0;
    bool ok = ts_file_read(path, TABLE_MAX, &countries->text, err) &&
              (ts_buf_putc(&countries->text, '\0') || ts_fail_memory(err));
    char *rest = ok ? countries->text.data : NULL;
    for (char *line; ok && (line = strsep(&rest, "\n")) != NULL;) {
        number++;
        ok = add_line(countries, line) ||
             ts_fail(err, TS_CONFIG, "%s:%zu: no row of a table of countries, or not in order", path, number);
    }
    if (ok) return countries;
    ts_countries_close(countries);
    return NULL;
}

ts_countries *ts_countries_open_in(const char *dir, ts_error *err)
{
    ts_buf path = {0};
    bool ok = ts_buf_printf(&path, "%s/countries.tsv", dir) || ts_fail_memory(err);
    ts_countries *countries = ok ? ts_countries_open(path.data, err) : NULL;
    ts_buf_free(&path);
    return countries;
}

void ts_countries_close(ts_countries *countries)
{
    if (!countries) return;
    ts_buf_free(&countries->text);
    free(countries);
}

size_t ts_countries_count(const ts_countries *countries)
{
    return countries->row_count;
}

const char *ts_countries_code(const ts_countries *countries, size_t i)
{
    return countries->rows[i][0];
}

static int by_code(const void *key, const void *row)
{
    return strncmp(key, *(const char *const *)row, 2);
}

static const char *const *row_of(const ts_countries *countries, const char *letters)
{
    return bsearch(letters, countries->rows, countries->row_count, sizeof *countries->rows, by_code);
}

bool ts_countries_find(const ts_countries *countries, const char *letters, const char **code,
                       const char **name)
{
    const char *const *row = row_of(countries, letters);
    if (!row) return false;
    *code = row[0];
    *name = row[1];
    return true;
}

const char *ts_countries_name(const ts_countries *countries, const char *code, const char *language)
{
    const char *const *row = strlen(code) == 2 ? row_of(countries, code) : NULL;
    if (!row) return NULL;
    for (size_t i = 1; i < countries->column_count; i++)
        if (strcmp(countries->columns[i], language) == 0) return row[i];
    return row[1];
}
