/* Tests: reads agreement.tsv. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

enum { most_tags = 1000, line_size = 4096 };

struct fixture_file {
    FILE *stream;
    char line[line_size]; /* the next that is not worked on, or "" */
    ts_rating list[fixture_ratings];
    uint32_t tags[most_tags], item;
    size_t starts[fixture_sets + 1];
};

static bool read_line(struct fixture_file *file)
{
    do {
        if (!fgets(file->line, line_size, file->stream)) return file->line[0] = '\0', false;
        file->line[strcspn(file->line, "\n")] = '\0';
    } while (file->line[0] == '#');
    return true;
}

fixture *fixture_open(void)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->file = calloc(1, sizeof *f->file);
    assert_non_null(f->file);
    f->file->stream = fopen(TS_TEST_AGREEMENT, "r");
    assert_non_null(f->file->stream);
    read_line(f->file);
    return f;
}

void fixture_close(fixture *f)
{
    fclose(f->file->stream);
    free(f->file);
    free(f);
}

static double number(char **rest)
{
    char *word = strsep(rest, "\t");
    assert_non_null(word);
    return strtod(word, NULL);
}

static uint32_t whole(char **rest)
{
    return (uint32_t)number(rest);
}

static void copy_name(char *to, size_t size, char **rest)
{
    char *word = strsep(rest, "\t");
    assert_non_null(word);
    assert_true(strlen(word) < size);
    memcpy(to, word, strlen(word) + 1);
}

static void add_item(fixture *f, char *rest)
{
    char *cell, *said;
    for (uint32_t rater = 0; (cell = strsep(&rest, "\t")); rater++)
        while (cell[0] != '.' && (said = strsep(&cell, ","))) {
            assert_true(f->ratings.count < fixture_ratings);
            f->file->list[f->ratings.count++] =
                (ts_rating){f->file->item, rater, (uint32_t)strtoul(said, NULL, 10)};
            if (!cell) break;
        }
    f->file->item++;
}

static void add_set(fixture *f, char *rest)
{
    size_t at = f->file->starts[f->set_count];
    char *tag;
    assert_true(f->set_count < fixture_sets);
    while ((tag = strsep(&rest, "\t"))) {
        assert_true(at < most_tags);
        f->file->tags[at++] = (uint32_t)strtoul(tag, NULL, 10);
    }
    f->file->starts[++f->set_count] = at;
}

static void add_box(ts_marked_box *boxes, size_t *count, char *rest)
{
    assert_true(*count < fixture_boxes);
    ts_marked_box *box = &boxes[(*count)++];
    box->class = whole(&rest);
    box->x = number(&rest);
    box->y = number(&rest);
    box->width = number(&rest);
    box->height = number(&rest);
}

static void add_expectation(fixture *f, char *rest)
{
    assert_true(f->expected_count < fixture_expectations);
    expectation *e = &f->expected[f->expected_count++];
    copy_name(e->figure, sizeof e->figure, &rest);
    e->a = whole(&rest);
    e->b = whole(&rest);
    e->value = number(&rest);
}

static void begin_table(fixture *f, char *rest)
{
    copy_name(f->name, sizeof f->name, &rest);
    f->ratings = (ts_ratings){.list = f->file->list, .values = whole(&rest)};
    f->ratings.raters = whole(&rest);
    f->ratings.items = whole(&rest);
}

static void begin_boxes(fixture *f, char *rest)
{
    copy_name(f->name, sizeof f->name, &rest);
    f->least = number(&rest);
}

static void work_on(fixture *f, const char *kind, char *rest)
{
    if (strcmp(kind, "table") == 0) begin_table(f, rest);
    else if (strcmp(kind, "boxes") == 0) begin_boxes(f, rest);
    else if (strcmp(kind, "item") == 0) add_item(f, rest);
    else if (strcmp(kind, "set") == 0) add_set(f, rest);
    else if (strcmp(kind, "first") == 0) add_box(f->first, &f->first_count, rest);
    else if (strcmp(kind, "second") == 0) add_box(f->second, &f->second_count, rest);
    else if (strcmp(kind, "expect") == 0) add_expectation(f, rest);
    else if (strcmp(kind, "fit") == 0) f->smoothing = number(&rest), f->rounds = whole(&rest);
    else fail_msg("agreement.tsv: a line begins with '%s'", kind);
}

static bool begins_next(const char *line)
{
    return strncmp(line, "table\t", 6) == 0 || strncmp(line, "boxes\t", 6) == 0;
}

bool fixture_next(fixture *f)
{
    struct fixture_file *file = f->file;
    if (!file->line[0]) return false;
    memset(f, 0, sizeof *f);
    *f = (fixture){.file = file, .sets = {file->tags, file->starts}};
    file->item = 0;
    do {
        char *rest = file->line, *kind = strsep(&rest, "\t");
        work_on(f, kind, rest);
    } while (read_line(file) && !begins_next(file->line));
    return true;
}
