/* learn: the assignment problem by shortest augmenting paths (R. Jonker and A. Volgenant, "A shortest
 * augmenting path algorithm for dense and sparse linear assignment problems", 1987; the method is Kuhn's of
 * 1955).
 *
 * Prices u of rows and v of columns keep every reduced cost, cost - u - v, from being negative, and at 0 for
 * what is assigned. Each row comes in by the cheapest path, in reduced costs, from it to a free column
 * (Dijkstra), whose steps go over columns that are taken; along that path all change places. */
#include "learn/assign.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define NONE SIZE_MAX

typedef struct search {
    const double *costs;
    size_t rows, columns;
    double *u, *v;
    double *reach; /* by column: length of the shortest path known to it */
    size_t *from;  /* by column: the row before it on that path */
    size_t *row_of;
    bool *done; /* by column: its shortest path is final */
} search;

static bool begin(search *s)
{
    s->u = calloc(s->rows + 1, sizeof *s->u);
    s->v = calloc(s->columns + 1, sizeof *s->v);
    s->reach = calloc(s->columns + 1, sizeof *s->reach);
    s->from = calloc(s->columns + 1, sizeof *s->from);
    s->row_of = calloc(s->columns + 1, sizeof *s->row_of);
    s->done = calloc(s->columns + 1, sizeof *s->done);
    if (!s->u || !s->v || !s->reach || !s->from || !s->row_of || !s->done) return false;
    for (size_t c = 0; c < s->columns; c++) s->row_of[c] = NONE;
    return true;
}

static void end(search *s)
{
    free(s->u);
    free(s->v);
    free(s->reach);
    free(s->from);
    free(s->row_of);
    free(s->done);
}

/* Paths over `row`, which is `length` away. Returns the nearest column that is not final. */
static size_t relax(search *s, size_t row, double length)
{
    size_t nearest = NONE;
    for (size_t c = 0; c < s->columns; c++) {
        if (s->done[c]) continue;
        double way = length + s->costs[row * s->columns + c] - s->u[row] - s->v[c];
        if (way < s->reach[c]) {
            s->reach[c] = way;
            s->from[c] = row;
        }
        if (nearest == NONE || s->reach[c] < s->reach[nearest]) nearest = c;
    }
    return nearest;
}

/* The free column nearest to `row`. There is one: rows <= columns. */
static size_t find_free(search *s, size_t row)
{
    for (size_t c = 0; c < s->columns; c++) {
        s->reach[c] = INFINITY;
        s->from[c] = row;
        s->done[c] = false;
    }
    size_t at = relax(s, row, 0);
    while (s->row_of[at] != NONE) {
        s->done[at] = true;
        at = relax(s, s->row_of[at], s->reach[at]);
    }
    return at;
}

static void reprice(search *s, size_t row, double length)
{
    s->u[row] += length;
    for (size_t c = 0; c < s->columns; c++) {
        if (!s->done[c]) continue;
        s->u[s->row_of[c]] += length - s->reach[c];
        s->v[c] -= length - s->reach[c];
    }
}

static void change_places(search *s, size_t row, size_t column, size_t *column_of)
{
    for (size_t left = column; left != NONE;) {
        size_t r = s->from[left], before = r == row ? NONE : column_of[r];
        s->row_of[left] = r;
        column_of[r] = left;
        left = before;
    }
}

bool ts_assign(const double *costs, size_t rows, size_t columns, size_t *column_of, ts_error *err)
{
    search s = {.costs = costs, .rows = rows, .columns = columns};
    bool ok = begin(&s) || ts_fail_memory(err);
    for (size_t row = 0; ok && row < rows; row++) {
        size_t column = find_free(&s, row);
        reprice(&s, row, s.reach[column]);
        change_places(&s, row, column, column_of);
    }
    end(&s);
    return ok;
}
