/* service: labels of a folder. Knows no networks and no figures. */
#include "service/labelled.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"

enum { file_max = 64 << 20 };

typedef struct reading {
    const ts_vocab *vocab;
    ts_arena *arena;
    size_t *places; /* by concept: its place in asked + 1 */
    ts_concept *asked;
    size_t asked_count;
    const char **unknown;
    size_t unknown_count, unknown_room;
} reading;

/* Who labels pictures "orange" means the fruit. */
static bool is_content(ts_facet facet)
{
    return facet == TS_FACET_OBJECT || facet == TS_FACET_SCENE || facet == TS_FACET_PEOPLE;
}

static bool is_named_by(const ts_vocab *vocab, ts_concept concept, const char *label)
{
    ts_concepts named = ts_vocab_find_name(vocab, label);
    for (size_t i = 0; i < named.count; i++)
        if (named.items[i] == concept) return true;
    return false;
}

/* How many labels of a picture, joined by bars, are names of the concept. */
static size_t count_names(const ts_vocab *vocab, ts_concept concept, const char *labels)
{
    char label[256];
    size_t names = 0;
    for (const char *at = labels; at;) {
        size_t length = strcspn(at, "|\r\n");
        if (length < sizeof label) {
            memcpy(label, at, length);
            label[length] = '\0';
            names += is_named_by(vocab, concept, label);
        }
        at = at[length] == '|' ? at + length + 1 : NULL;
    }
    return names;
}

/* Of homonyms the one that most labels of the picture name: "horned viper|sand viper" is no hognose snake. */
static ts_concept concept_of(const ts_vocab *vocab, const char *label, const char *labels)
{
    ts_concept best = ts_vocab_find(vocab, label);
    if (best != TS_CONCEPT_NONE) return best;
    ts_concepts named = ts_vocab_find_name(vocab, label);
    size_t most = 0;
    for (size_t i = 0; i < named.count; i++) {
        if (!is_content(ts_vocab_facet(vocab, named.items[i]))) continue;
        size_t names = count_names(vocab, named.items[i], labels);
        if (best != TS_CONCEPT_NONE && names <= most) continue;
        best = named.items[i];
        most = names;
    }
    return best != TS_CONCEPT_NONE || !named.count ? best : named.items[0];
}

static void note_unknown(reading *r, const char *label)
{
    for (size_t i = 0; i < r->unknown_count; i++)
        if (strcmp(r->unknown[i], label) == 0) return;
    if (r->unknown_count == r->unknown_room) return; /* enough to see what is wrong */
    r->unknown[r->unknown_count++] = label;
}

static void ask_for(reading *r, const char *label, const char *labels)
{
    ts_concept concept = concept_of(r->vocab, label, labels);
    if (concept == TS_CONCEPT_NONE) {
        if (label[0]) note_unknown(r, label);
        return;
    }
    if (r->places[concept]) return;
    r->asked[r->asked_count++] = concept;
    r->places[concept] = r->asked_count;
}

/* The next of a list, cut out in place; NULL at its end. */
static char *next_part(char **rest, char mark)
{
    char *part = *rest;
    if (!part) return NULL;
    char *end = strchr(part, mark);
    if (end) *end = '\0';
    *rest = end ? end + 1 : NULL;
    size_t length = strlen(part);
    if (length && part[length - 1] == '\r') part[length - 1] = '\0';
    return part;
}

static bool read_text(const char *dir, const char *name, ts_arena *arena, char **text, ts_error *err)
{
    ts_buf bytes = {0};
    const char *path = ts_arena_printf(arena, "%s/%s", dir, name);
    bool ok = path ? ts_file_read(path, file_max, &bytes, err) : ts_fail_memory(err);
    *text = ok ? ts_arena_strndup(arena, bytes.data ? bytes.data : "", bytes.length) : NULL;
    ts_buf_free(&bytes);
    return *text || (ok && ts_fail_memory(err));
}

static bool read_classes(reading *r, const char *dir, ts_error *err)
{
    char *text = NULL;
    if (!read_text(dir, "classes.txt", r->arena, &text, err)) return false;
    for (char *line = NULL; (line = next_part(&text, '\n'));)
        if (line[0] && line[0] != '#') ask_for(r, line, line);
    return true;
}

static size_t lines_of(const char *text)
{
    size_t lines = 1;
    for (; *text; text++) lines += *text == '\n';
    return lines;
}

typedef struct row {
    const char *file;
    char *labels;
} row;

static bool split_rows(char *text, row *rows, size_t *count, ts_error *err)
{
    size_t number = 0;
    for (char *line = NULL; (line = next_part(&text, '\n'));) {
        number++;
        if (!line[0] || line[0] == '#') continue;
        char *tab = strchr(line, '\t');
        if (!tab) {
            (void)ts_fail(err, TS_USAGE, "labels.tsv, line %zu: there is no tab between file and labels",
                          number);
            return ts_hint(err, "each line is: file<TAB>label|label");
        }
        *tab = '\0';
        rows[(*count)++] = (row){line, tab + 1};
    }
    return true;
}

static bool is_at_or_above(const ts_vocab *vocab, ts_concept wide, ts_concept narrow)
{
    ts_concepts above = ts_vocab_ancestors(vocab, narrow);
    for (size_t i = 0; i < above.count; i++)
        if (above.items[i] == wide) return true;
    return wide == narrow;
}

static void mark_there(const reading *r, char *parts, const char *labels, bool *there)
{
    for (char *label = NULL; (label = next_part(&parts, '|'));) {
        ts_concept concept = concept_of(r->vocab, label, labels);
        if (concept == TS_CONCEPT_NONE) continue;
        for (size_t i = 0; i < r->asked_count; i++)
            there[i] = there[i] || is_at_or_above(r->vocab, r->asked[i], concept);
    }
}

static bool fill_pictures(const reading *r, const char *dir, const row *rows, size_t count, ts_labelled *out,
                          ts_error *err)
{
    ts_labelled_picture *pictures = TS_NEW_ARRAY(r->arena, count, ts_labelled_picture);
    if (!pictures) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        bool *there = TS_NEW_ARRAY(r->arena, r->asked_count, bool);
        pictures[i].path = ts_path_join(r->arena, dir, rows[i].file);
        pictures[i].there = there;
        char *parts = ts_arena_strdup(r->arena, rows[i].labels);
        if (!there || !pictures[i].path || !parts) return ts_fail_memory(err);
        mark_there(r, parts, rows[i].labels, there);
    }
    out->pictures = pictures;
    out->count = count;
    return true;
}

static bool make_room(reading *r, ts_error *err)
{
    size_t concepts = ts_vocab_count(r->vocab);
    r->unknown_room = 100;
    r->places = TS_NEW_ARRAY(r->arena, concepts, size_t);
    r->asked = TS_NEW_ARRAY(r->arena, concepts, ts_concept);
    r->unknown = TS_NEW_ARRAY(r->arena, r->unknown_room, const char *);
    return (r->places && r->asked && r->unknown) || ts_fail_memory(err);
}

static bool find_asked(reading *r, const char *dir, const row *rows, size_t count, ts_error *err)
{
    const char *classes = ts_path_join(r->arena, dir, "classes.txt");
    if (classes && ts_file_exists(classes)) return read_classes(r, dir, err);
    for (size_t i = 0; i < count; i++) {
        char *parts = ts_arena_strdup(r->arena, rows[i].labels);
        if (!parts) return ts_fail_memory(err);
        for (char *label = NULL; (label = next_part(&parts, '|'));) ask_for(r, label, rows[i].labels);
    }
    return true;
}

bool ts_labelled_read(const char *dir, const ts_vocab *vocab, ts_arena *arena, ts_labelled *out,
                      ts_error *err)
{
    reading r = {.vocab = vocab, .arena = arena};
    char *text = NULL;
    size_t count = 0;
    *out = (ts_labelled){0};
    if (!read_text(dir, "labels.tsv", arena, &text, err)) {
        if (err && err->code == TS_NOT_FOUND)
            (void)ts_hint(err, "the folder needs a labels.tsv: file<TAB>label|label");
        return false;
    }
    row *rows = TS_NEW_ARRAY(arena, lines_of(text), row);
    if (!rows) return ts_fail_memory(err);
    if (!make_room(&r, err) || !split_rows(text, rows, &count, err)) return false;
    if (!find_asked(&r, dir, rows, count, err) || !fill_pictures(&r, dir, rows, count, out, err))
        return false;
    out->asked = r.asked;
    out->asked_count = r.asked_count;
    out->places = r.places;
    out->unknown = r.unknown;
    out->unknown_count = r.unknown_count;
    return r.asked_count > 0 || ts_fail(err, TS_USAGE, "labels.tsv names no concept that the vocabulary has");
}

size_t ts_labelled_place(const ts_labelled *folder, const ts_vocab *vocab, const char *concept)
{
    ts_concept number = ts_vocab_find(vocab, concept);
    size_t place = number == TS_CONCEPT_NONE ? 0 : folder->places[number];
    return place ? place - 1 : folder->asked_count;
}
