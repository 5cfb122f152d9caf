/* tests/catalog: random histories: replaying the ledger rebuilds the tag table byte for byte, and no machine ever lifts
 * a tombstone. The seed is printed with a failure; TAGSMITH_TEST_SEED runs one again. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "house.h"

#define PICTURES 3
#define CONCEPTS 6
#define STEPS 400

static const char *const concepts[CONCEPTS] = {"object/dog", "object/cat", "scene/beach",
                                               "colour/red", "mood/calm",  NULL};
static const ts_author authors[] = {
    {.kind = TS_AUTHOR_MODEL, .id = "default", .name = "a"},
    {.kind = TS_AUTHOR_RULE, .id = "policy", .name = "b"},
    {.kind = TS_AUTHOR_SYSTEM, .id = "", .name = ""},
    {.kind = TS_AUTHOR_IMPORT, .id = "xmp", .name = "c"},
    {.kind = TS_AUTHOR_PERSON, .id = "p1", .name = "Ann"},
    {.kind = TS_AUTHOR_PERSON, .id = "p2", .name = "Bo"},
};

typedef struct walk {
    uint64_t random;
    ts_arena *arena;
    unsigned step;
    /* Tombstones that stand: set by people, lifted by people only. */
    bool buried[PICTURES][CONCEPTS];
    bool machine_step; /* what this step does is not a person's wish */
} walk;

static unsigned roll(walk *w, unsigned below)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (unsigned)(w->random >> 33) % below;
}

static ts_tag_input random_tag(walk *w, unsigned concept)
{
    static const char *const analysers[] = {"classify", "detect"};
    static const char *const payloads[] = {NULL, "{}", "{\"count\":2}"};
    return (ts_tag_input){
        .concept = concepts[concept],
        .label = concepts[concept] ? NULL : "Nana",
        .state = (ts_ledger_state)roll(w, 2),
        .confidence = (double)roll(w, 5) / 7.0,
        .raw = (double)roll(w, 3) / 3.0,
        .analyser = analysers[roll(w, 2)],
        .model = "net",
        .version = roll(w, 2) ? "1" : "2",
        .payload = payloads[roll(w, 3)],
    };
}

static bool random_run(walk *w, ts_txn *txn, int64_t picture, ts_error *err)
{
    static const char *const classify[] = {"classify"};
    ts_tag_input tags[CONCEPTS];
    ts_tag_run_input run = {.author = authors[roll(w, 2)], .tags = tags, .reset = roll(w, 8) == 0};
    if (roll(w, 2)) {
        run.analysers = classify;
        run.analyser_count = 1;
    }
    for (unsigned i = 0; i < CONCEPTS; i++)
        if (roll(w, 2)) tags[run.count++] = random_tag(w, i);
    ts_tag_diff diff;
    return ts_tags_record_run(txn, picture, &run, w->arena, &diff, err);
}

static bool random_edit(walk *w, ts_txn *txn, int64_t picture, ts_error *err)
{
    static const ts_ledger_action actions[] = {TS_LEDGER_ADD,    TS_LEDGER_CHANGE, TS_LEDGER_ACCEPT,
                                               TS_LEDGER_REJECT, TS_LEDGER_REMOVE, TS_LEDGER_DROP};
    char batch[8];
    unsigned concept = roll(w, CONCEPTS);
    const ts_author *author = &authors[roll(w, 6)];
    ts_tag_edit edit = {.action = actions[roll(w, 6)], .tag = random_tag(w, concept)};
    (void)snprintf(batch, sizeof batch, "b%u", roll(w, 20));
    ts_tag_diff diff;
    w->machine_step = author->kind != TS_AUTHOR_PERSON;
    return ts_tags_edit(txn, picture, &edit, 1, author, batch, w->arena, &diff, err);
}

static bool random_undo(walk *w, ts_txn *txn, ts_error *err)
{
    char batch[8], fresh[8];
    (void)snprintf(batch, sizeof batch, "b%u", roll(w, 20));
    (void)snprintf(fresh, sizeof fresh, "b%u", roll(w, 20));
    ts_tag_undo undo = {.batch = batch, .author = &authors[4], .new_batch = fresh};
    ts_tag_undone undone;
    w->machine_step = false;
    if (ts_tags_undo(txn, &undo, &undone, err)) return true;
    return !err || err->code == TS_NOT_FOUND;
}

static bool random_drop(walk *w, ts_txn *txn, ts_error *err)
{
    ts_tag_source source = {.model = "net", .version = roll(w, 2) ? "1" : NULL};
    size_t dropped;
    int64_t next;
    return ts_tags_drop_source(txn, &source, &authors[2], "dropped", 0, 0, &dropped, &next, err);
}

CHANGE(take_step, walk)
{
    int64_t picture = 1 + roll(in, PICTURES);
    in->machine_step = true;
    switch (roll(in, 10)) {
    case 0:
    case 1:
    case 2:
        return random_run(in, txn, picture, err);
    case 3:
        return random_undo(in, txn, err);
    case 4:
        return roll(in, 8) || random_drop(in, txn, err);
    default:
        return random_edit(in, txn, picture, err);
    }
}

static bool is_tombstone(const ts_tag_row *row)
{
    return row->state == TS_LEDGER_REJECTED && row->author.kind == TS_AUTHOR_PERSON;
}

static unsigned concept_number(const ts_tag_row *row)
{
    for (unsigned i = 0; i < CONCEPTS; i++)
        if (row->concept && concepts[i] && strcmp(row->concept, concepts[i]) == 0) return i;
    return CONCEPTS - 1;
}

/* Compares with the step before: a machine's step may lift no tombstone. */
static void check_tombstones(house *h, walk *w, ts_txn *txn)
{
    ts_error err;
    for (int64_t picture = 1; picture <= PICTURES; picture++) {
        bool now[CONCEPTS] = {false};
        const ts_tag_row *rows = NULL;
        size_t count = 0;
        assert_works(ts_tags_list(txn, picture, true, false, h->arena, &rows, &count, &err), err);
        for (size_t i = 0; i < count; i++) now[concept_number(&rows[i])] = is_tombstone(&rows[i]);
        for (unsigned i = 0; i < CONCEPTS; i++) {
            if (w->machine_step && w->buried[picture - 1][i] && !now[i])
                fail_msg("step %u: a machine lifted the tombstone of %s", w->step,
                         concepts[i] ? concepts[i] : "word");
            w->buried[picture - 1][i] = now[i];
        }
    }
}

static void check_replay(ts_txn *txn, unsigned step)
{
    ts_error err;
    for (int64_t picture = 1; picture <= PICTURES; picture++) {
        bool equal = false;
        assert_works(ts_tags_replay_equal(txn, picture, &equal, &err), err);
        if (!equal)
            fail_msg("step %u: the tags of picture %d are not what the ledger says", step, (int)picture);
    }
}

CHANGE(replay_all, void)
{
    (void)in;
    return ts_tags_replay(txn, 0, err);
}

static void random_history(uint64_t seed)
{
    house *h = house_open();
    walk w = {.random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1, .arena = h->arena};
    for (unsigned i = 0; i < PICTURES; i++) (void)house_picture(h, i + 1);
    for (w.step = 0; w.step < STEPS; w.step++) {
        atomic_fetch_add(&h->now, 7);
        house_write(h, take_step, &w);
        ts_txn *txn = house_read(h);
        check_tombstones(h, &w, txn);
        if (w.step % 10 == 9) check_replay(txn, w.step);
        ts_catalog_read_end(txn);
        ts_arena_reset(h->arena);
    }
    house_write(h, replay_all, NULL);
    house_verify(h);
    house_close(h);
}

static void random_histories(void **state)
{
    (void)state;
    const char *given = getenv("TAGSMITH_TEST_SEED");
    uint64_t first = given ? strtoull(given, NULL, 10) : 1, count = given ? 1 : 6;
    for (uint64_t seed = first; seed < first + count; seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        random_history(seed);
    }
}

/* What replay compares with must be able to differ. */
CHANGE(add_dog, walk)
{
    ts_tag_edit edit = {.action = TS_LEDGER_ADD, .tag = {.concept = "object/dog"}};
    ts_tag_diff diff;
    return ts_tags_edit(txn, 1, &edit, 1, &authors[4], NULL, in->arena, &diff, err);
}

static void harm(const char *data, const char *text)
{
    char *path = ts_test_path(data, "catalog.db");
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    free(path);
}

static void verify_notices_harm(void **state)
{
    (void)state;
    static const char *const harms[] = {
        "UPDATE tags SET confidence = 0.5",
        "DELETE FROM tags",
        "DELETE FROM changes WHERE seq = 2",
        ("INSERT INTO jobs SELECT 1, 'x', 'k', '{}', 0, 0, 0, 0, 3, 0, 0, '', 0, 0, 0, 0, '', NULL, NULL, 0, "
         "0, 0;"
         "DELETE FROM job_counts"),
        "INSERT INTO picture_names VALUES ('s', 'n', 77)",
    };
    for (size_t i = 0; i < sizeof harms / sizeof harms[0]; i++) {
        house *h = house_open();
        walk w = {.arena = h->arena};
        for (unsigned n = 1; n <= 3; n++) (void)house_picture(h, n);
        house_write(h, add_dog, &w);
        house_verify(h);
        ts_catalog_close(h->catalog);
        harm(h->data, harms[i]);
        ts_error err;
        uint64_t findings = 0;
        h->catalog = ts_catalog_open(h->data, NULL, NULL);
        assert_non_null(h->catalog);
        assert_works(ts_catalog_verify(h->catalog, NULL, NULL, NULL, &findings, &err), err);
        if (findings == 0) fail_msg("verify sees nothing of: %s", harms[i]);
        house_close(h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories),
        cmocka_unit_test(verify_notices_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
