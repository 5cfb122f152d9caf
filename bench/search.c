/* bench: how fast the index answers over a generated library, and the same questions asked of SQLite tables.
 *
 * usage: bench_search VOCAB_DIR PICTURES [QUESTIONS_A_KIND [SQL_QUESTIONS_A_KIND]]      (0: leave SQLite out)
 * Prints one JSON object. The library: 30 tags a picture over all concepts of the vocabulary, drawn by
 * Zipf's law (exponent 1), each with a confidence; a title of 5 words of 5,000 by the same law; 5 colours; a
 * vector of 256 dimensions around one of 2,000 centres; size, times, folder. The mix of questions, each kind
 * as often as another:
 *
 *     common      one tag of the 20 most frequent               word        one word of a title
 *     rare        one tag of rank 100 to 1000                   word+tag    a word, a tag and confidence>=0.8
 *     both        two tags of rank 1 to 200                     size        width>3000 is:landscape
 *     but-not     (a OR b) without c                            all         everything
 *     year        a tag and taken:YEAR
 *
 * A filter answer is the first 50 rows, the total, and the 20 most frequent values of every facet. Questions
 * in plain words and for similar pictures ask for the first 50 rows, every other one with taken:YEAR beside
 * it. SQLite gets the rows (number, concept, confidence), broader concepts included, with an index for
 * either direction, the titles in FTS5, and counts with GROUP BY. */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "search_library.h"

enum { KINDS = 9, BATCH = 4096 };

static const char *const kind_names[KINDS] = {"common", "rare",     "both", "but-not", "year",
                                              "word",   "word+tag", "size", "all"};

typedef struct asked {
    char query[400]; /* of the language */
    char where[600]; /* of SQL, over pictures p */
} asked;

static void die(const char *what)
{
    fprintf(stderr, "bench_search: %s\n", what);
    exit(1);
}

static double megabytes_resident(void)
{
    long pages = 0, dummy;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &dummy, &pages) != 2) pages = 0;
    if (file) fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* ---- questions ---- */

static const char *tag_id(const maker *m, uint64_t *state, uint32_t from, uint32_t to, ts_concept *concept)
{
    uint32_t count = (uint32_t)ts_vocab_count(m->vocab);
    if (to > count) to = count;
    *concept = m->ranks[from + maker_random(state) % (to - from)];
    return ts_vocab_id(m->vocab, *concept);
}

#define SQL_TAG "p.number IN (SELECT number FROM tags WHERE concept=%u)"
#define SQL_WORD "p.number IN (SELECT rowid FROM titles WHERE titles MATCH '%s')"

static void year_of(uint64_t *state, unsigned *year, long long *from, long long *to)
{
    static const long long starts[] = {1420070400000, 1451606400000, 1483228800000,
                                       1514764800000, 1546300800000, 1577836800000};
    unsigned i = (unsigned)(maker_random(state) % 5);
    *year = 2015 + i;
    *from = starts[i];
    *to = starts[i + 1] - 1;
}

static void make_question(const maker *m, unsigned kind, uint64_t *state, asked *q)
{
    ts_concept a, b, c;
    unsigned year;
    long long from, to;
    char word[16];
    const char *x = tag_id(m, state, kind == 1 ? 99 : 0, kind == 1 ? 1000 : kind == 0 ? 20 : 200, &a);
    const char *y = tag_id(m, state, 0, 200, &b), *z = tag_id(m, state, 0, 200, &c);
    maker_word((uint32_t)(maker_random(state) % 500), word);
    year_of(state, &year, &from, &to);
    switch (kind) {
    case 0:
    case 1:
        snprintf(q->query, sizeof q->query, "tag:%s", x);
        snprintf(q->where, sizeof q->where, SQL_TAG, a);
        break;
    case 2:
        snprintf(q->query, sizeof q->query, "tag:%s tag:%s", x, y);
        snprintf(q->where, sizeof q->where, SQL_TAG " AND " SQL_TAG, a, b);
        break;
    case 3:
        snprintf(q->query, sizeof q->query, "(tag:%s OR tag:%s) -tag:%s", x, y, z);
        snprintf(q->where, sizeof q->where, "(" SQL_TAG " OR " SQL_TAG ") AND NOT " SQL_TAG, a, b, c);
        break;
    case 4:
        snprintf(q->query, sizeof q->query, "tag:%s taken:%u", x, year);
        snprintf(q->where, sizeof q->where, SQL_TAG " AND p.taken BETWEEN %lld AND %lld", a, from, to);
        break;
    case 5:
        snprintf(q->query, sizeof q->query, "\"%s\"", word);
        snprintf(q->where, sizeof q->where, SQL_WORD, word);
        break;
    case 6:
        snprintf(q->query, sizeof q->query, "(tag:%s confidence>=0.8) \"%s\"", x, word);
        snprintf(q->where, sizeof q->where,
                 "p.number IN (SELECT number FROM tags WHERE concept=%u AND confidence>=0.8) AND " SQL_WORD,
                 a, word);
        break;
    case 7:
        snprintf(q->query, sizeof q->query, "width>3000 is:landscape");
        snprintf(q->where, sizeof q->where, "p.width>3000 AND p.width>1.02*p.height");
        break;
    default:
        q->query[0] = '\0';
        snprintf(q->where, sizeof q->where, "1");
    }
}

/* ---- figures ---- */

/* By the wall, and the processor time of all threads, which a busy machine changes less. */
typedef struct cost {
    double ms, cpu;
} cost;

typedef struct times {
    double *ms, *cpu;
    size_t count, capacity;
} times;

static void add_time(times *t, cost c)
{
    if (t->count == t->capacity) {
        t->capacity = t->capacity * 2 + 64;
        if (!(t->ms = realloc(t->ms, t->capacity * sizeof *t->ms))) die("out of memory");
        if (!(t->cpu = realloc(t->cpu, t->capacity * sizeof *t->cpu))) die("out of memory");
    }
    t->cpu[t->count] = c.cpu;
    t->ms[t->count++] = c.ms;
}

static void free_times(times *t)
{
    free(t->ms);
    free(t->cpu);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at_share(double *values, size_t count, double share)
{
    if (count == 0) return 0;
    qsort(values, count, sizeof *values, by_value);
    return values[(size_t)(share * (double)(count - 1) + 0.5)];
}

static double mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += values[i];
    return count ? sum / (double)count : 0;
}

static void print_times(const char *name, times *t)
{
    printf(",\n \"%s\": {\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, \"cpu_ms\": %.3f, "
           "\"cpu_p50_ms\": %.3f, \"cpu_p99_ms\": %.3f, \"questions\": %zu}",
           name, at_share(t->ms, t->count, 0.5), at_share(t->ms, t->count, 0.99),
           at_share(t->ms, t->count, 1), mean(t->cpu, t->count), at_share(t->cpu, t->count, 0.5),
           at_share(t->cpu, t->count, 0.99), t->count);
}

/* ---- the index ---- */

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Milliseconds by the wall and of processor time, for the index alone. */
static void build(const maker *m, ts_index *index, uint32_t count, double *wall, double *cpu)
{
    made *pictures = calloc(BATCH, sizeof *pictures);
    ts_index_change *changes = calloc(BATCH, sizeof *changes);
    ts_error err = {0};
    *wall = *cpu = 0;
    if (!pictures || !changes) die("out of memory");
    for (uint32_t done = 0; done < count;) {
        uint32_t batch = count - done < BATCH ? count - done : BATCH;
        for (uint32_t i = 0; i < batch; i++) {
            maker_make(m, done + i + 1, &pictures[i]);
            changes[i] = (ts_index_change){.kind = TS_INDEX_PUT, .picture = &pictures[i].picture};
        }
        double start = ts_clock_ms(), cpu_start = cpu_ms();
        if (!ts_index_apply(index, changes, batch, done + batch, &err)) die(err.message);
        *wall += ts_clock_ms() - start;
        *cpu += cpu_ms() - cpu_start;
        done += batch;
    }
    free(pictures);
    free(changes);
}

/* Of everything that answers hold, so that two builds can be compared by one number. */
static uint64_t mix_in(uint64_t digest, uint64_t value)
{
    digest = (digest ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ digest >> 32;
}

static uint64_t digest_of(uint64_t digest, const ts_found *found)
{
    digest = mix_in(digest, found->total);
    for (size_t i = 0; i < found->count; i++) {
        uint32_t score;
        memcpy(&score, &found->rows[i].score, sizeof score);
        digest = mix_in(digest, (uint64_t)found->rows[i].number << 32 | score);
    }
    for (size_t i = 0; i < found->facet_count; i++) {
        const char *name = found->facets[i].concept ? found->facets[i].concept : "";
        for (; *name; name++) digest = mix_in(digest, (unsigned char)*name);
        digest = mix_in(digest, found->facets[i].pictures);
    }
    return digest;
}

static cost ask(ts_index *index, const ts_find *find, uint64_t *digest)
{
    ts_arena *arena = ts_arena_new(0);
    ts_found found;
    ts_error err = {0};
    double start = ts_clock_ms(), cpu_start = cpu_ms();
    if (!arena || !ts_index_find(index, find, arena, &found, &err)) die(err.message);
    cost c = {ts_clock_ms() - start, cpu_ms() - cpu_start};
    *digest = digest_of(*digest, &found);
    ts_arena_free(arena);
    return c;
}

static void ask_filters(const maker *m, ts_index *index, unsigned each, times *all, times kinds[KINDS],
                        uint64_t *digest)
{
    uint64_t state = 4711;
    for (unsigned i = 0; i < each; i++) {
        for (unsigned kind = 0; kind < KINDS; kind++) {
            asked q;
            make_question(m, kind, &state, &q);
            ts_find find = {.query = q.query, .limit = 50, .facet_values = 20, .min_score = -1};
            cost c = ask(index, &find, digest);
            add_time(all, c);
            add_time(&kinds[kind], c);
        }
    }
}

static void ask_vectors(const maker *m, ts_index *index, uint32_t count, unsigned questions, times *text,
                        times *similar, uint64_t *digest)
{
    uint64_t state = 99;
    float vector[MADE_TEXT_DIMS];
    char query[32];
    for (unsigned i = 0; i < questions; i++) {
        snprintf(query, sizeof query, "taken:%u", 2011 + i % 13);
        ts_find find = {.query = i % 2 ? query : "", .limit = 50, .min_score = -1};
        const float *a = m->concept_vectors + (size_t)m->ranks[maker_random(&state) % 500] * MADE_TEXT_DIMS;
        const float *b = m->concept_vectors + (size_t)m->ranks[maker_random(&state) % 500] * MADE_TEXT_DIMS;
        for (size_t k = 0; k < MADE_TEXT_DIMS; k++) vector[k] = a[k] + b[k];
        find.text_vector = vector;
        find.text_dims = MADE_TEXT_DIMS;
        add_time(text, ask(index, &find, digest));
        find.text_vector = NULL;
        find.similar_number = 1 + (uint32_t)(maker_random(&state) % count);
        add_time(similar, ask(index, &find, digest));
    }
}

/* A tag of a picture that is put while the index is full: until it is found. */
static double time_change(const maker *m, ts_index *index, uint32_t count)
{
    made *p = calloc(1, sizeof *p);
    ts_error err = {0};
    if (!p) die("out of memory");
    double start = ts_clock_ms();
    for (uint32_t i = 0; i < 200; i++) {
        maker_make(m, 1 + i * 7919 % count, p);
        if (!ts_index_put(index, &p->picture, &err)) die(err.message);
    }
    free(p);
    return (ts_clock_ms() - start) / 200;
}

/* ---- SQLite ---- */

static void run_sql(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) die(message ? message : sql);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) die(sqlite3_errmsg(db));
    return statement;
}

static void insert_tags(const maker *m, sqlite3_stmt *tag, const made *p, uint32_t number)
{
    ts_concept all[512];
    size_t count = 0;
    for (size_t i = 0; i < MADE_TAGS; i++) {
        ts_concepts up = ts_vocab_ancestors(m->vocab, p->concepts[i]);
        for (size_t k = 0; k <= up.count && count < 512; k++) {
            ts_concept concept = k ? up.items[k - 1] : p->concepts[i];
            bool again = false;
            for (size_t j = 0; j < count; j++) again = again || all[j] == concept;
            if (again) continue;
            all[count++] = concept;
            sqlite3_bind_int64(tag, 1, number);
            sqlite3_bind_int64(tag, 2, concept);
            sqlite3_bind_double(tag, 3, (double)p->tags[i].confidence);
            sqlite3_step(tag);
            sqlite3_reset(tag);
        }
    }
}

static void fill_tables(const maker *m, sqlite3 *db, uint32_t count)
{
    sqlite3_stmt *tag = prepare(db, "INSERT OR IGNORE INTO tags VALUES(?,?,?)");
    sqlite3_stmt *row = prepare(db, "INSERT INTO pictures VALUES(?,?,?,?,?)");
    sqlite3_stmt *title = prepare(db, "INSERT INTO titles(rowid, title) VALUES(?,?)");
    made *p = calloc(1, sizeof *p);
    if (!p) die("out of memory");
    for (uint32_t number = 1; number <= count; number++) {
        maker_make(m, number, p);
        int64_t numbers[] = {number, p->picture.width, p->picture.height, p->picture.taken_ms,
                             p->picture.created_ms};
        for (int i = 0; i < 5; i++) sqlite3_bind_int64(row, i + 1, numbers[i]);
        sqlite3_step(row);
        sqlite3_reset(row);
        sqlite3_bind_int64(title, 1, number);
        sqlite3_bind_text(title, 2, p->title, -1, SQLITE_STATIC);
        sqlite3_step(title);
        sqlite3_reset(title);
        insert_tags(m, tag, p, number);
    }
    free(p);
    sqlite3_finalize(tag);
    sqlite3_finalize(row);
    sqlite3_finalize(title);
}

static sqlite3 *make_tables(const maker *m, uint32_t count)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *facet = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) die("SQLite");
    run_sql(db, "CREATE TABLE pictures(number INTEGER PRIMARY KEY, width, height, taken, created);"
                "CREATE TABLE tags(number, concept, confidence, PRIMARY KEY(number, concept)) WITHOUT ROWID;"
                "CREATE TABLE concepts(concept INTEGER PRIMARY KEY, facet);"
                "CREATE VIRTUAL TABLE titles USING fts5(title, content='', detail=none); BEGIN");
    fill_tables(m, db, count);
    facet = prepare(db, "INSERT INTO concepts VALUES(?,?)");
    for (ts_concept c = 0; c < ts_vocab_count(m->vocab); c++) {
        sqlite3_bind_int64(facet, 1, c);
        sqlite3_bind_int64(facet, 2, ts_vocab_facet(m->vocab, c));
        sqlite3_step(facet);
        sqlite3_reset(facet);
    }
    sqlite3_finalize(facet);
    run_sql(db, "COMMIT; CREATE INDEX by_concept ON tags(concept, number, confidence); CREATE INDEX by_taken "
                "ON pictures(taken);"
                "ANALYZE");
    return db;
}

static void drain(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = prepare(db, sql);
    while (sqlite3_step(statement) == SQLITE_ROW) continue;
    sqlite3_finalize(statement);
}

static cost ask_tables(sqlite3 *db, const asked *q)
{
    char sql[1600];
    double start = ts_clock_ms(), cpu_start = cpu_ms();
    snprintf(sql, sizeof sql, "SELECT p.number FROM pictures p WHERE %s ORDER BY p.created DESC LIMIT 50",
             q->where);
    drain(db, sql);
    snprintf(sql, sizeof sql,
             "SELECT facet, concept, n FROM (SELECT facet, concept, n, row_number() OVER (PARTITION BY facet "
             "ORDER BY n DESC) place"
             " FROM (SELECT t.concept concept, count(*) n FROM pictures p JOIN tags t ON t.number=p.number "
             "WHERE %s"
             " GROUP BY t.concept) JOIN concepts USING(concept)) WHERE place<=20",
             q->where);
    drain(db, sql);
    return (cost){ts_clock_ms() - start, cpu_ms() - cpu_start};
}

/* The same questions, in the same order, of both; the ratio is that of the medians. */
static void compare(const maker *m, ts_index *index, uint32_t count, unsigned each)
{
    times ours = {0}, theirs = {0};
    uint64_t state = 815, digest = 0;
    double start = ts_clock_ms();
    sqlite3 *db = make_tables(m, count);
    printf(",\n \"sqlite_build_s\": %.1f", (ts_clock_ms() - start) / 1000);
    for (unsigned i = 0; i < each; i++) {
        for (unsigned kind = 0; kind < KINDS; kind++) {
            asked q;
            make_question(m, kind, &state, &q);
            ts_find find = {
                .query = q.query, .limit = 50, .facet_values = 20, .min_score = -1, .sort = TS_SORT_CREATED};
            add_time(&ours, ask(index, &find, &digest));
            add_time(&theirs, ask_tables(db, &q));
        }
    }
    print_times("sqlite_ours", &ours);
    print_times("sqlite_theirs", &theirs);
    printf(",\n \"sqlite_ratio_p50\": %.1f",
           at_share(theirs.ms, theirs.count, 0.5) / at_share(ours.ms, ours.count, 0.5));
    free_times(&ours);
    free_times(&theirs);
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    if (argc < 3) die("usage: bench_search VOCAB_DIR PICTURES [QUESTIONS_A_KIND [SQL_QUESTIONS_A_KIND]]");
    ts_error err = {0};
    maker m;
    uint32_t count = (uint32_t)strtoul(argv[2], NULL, 10);
    unsigned each = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 30,
             sql = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 3;
    ts_vocab *vocab = ts_vocab_open(argv[1], &err);
    ts_index *index = vocab ? ts_index_open(NULL, vocab, &err) : NULL;
    if (!index || !maker_open(&m, vocab, 1)) die(err.message);
    if (!ts_index_set_concept_vectors(index, m.concept_vectors, MADE_TEXT_DIMS, &err)) die(err.message);
    double before = megabytes_resident(), wall, cpu;
    build(&m, index, count, &wall, &cpu);
    double after = megabytes_resident();
    ts_index_stats stats;
    ts_index_stats_of(index, &stats);
    printf("{\"pictures\": %u, \"concepts\": %zu,\n \"build_a_second\": %.0f, \"build_a_cpu_second\": %.0f, "
           "\"bytes_a_picture\": %.0f, \"resident_a_picture\": %.0f",
           count, ts_vocab_count(vocab), count / wall * 1000, count / cpu * 1000, (double)stats.bytes / count,
           (after - before) * 1e6 / count);
    times filters = {0}, kinds[KINDS] = {0}, text = {0}, similar = {0};
    uint64_t digests[2] = {0};
    ask_filters(&m, index, each, &filters, kinds, &digests[0]);
    ask_vectors(&m, index, count, each * 4, &text, &similar, &digests[1]);
    printf(",\n \"digest_filters\": \"%016llx\", \"digest_vectors\": \"%016llx\"",
           (unsigned long long)digests[0], (unsigned long long)digests[1]);
    print_times("filter_facets", &filters);
    for (unsigned i = 0; i < KINDS; i++) print_times(kind_names[i], &kinds[i]);
    print_times("text_top50", &text);
    print_times("similar_top50", &similar);
    printf(",\n \"change_ms\": %.3f", time_change(&m, index, count));
    fflush(stdout);
    if (sql) compare(&m, index, count, sql);
    printf("}\n");
    times *all[] = {&filters, &text, &similar};
    for (size_t i = 0; i < 3; i++) free_times(all[i]);
    for (unsigned i = 0; i < KINDS; i++) free_times(&kinds[i]);
    maker_close(&m);
    ts_index_close(index);
    ts_vocab_close(vocab);
    return 0;
}
