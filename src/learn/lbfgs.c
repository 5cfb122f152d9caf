/* learn: L-BFGS with a step that is halved until the value falls enough. Knows no problem. */
#include "learn/lbfgs.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { memory = 10, halvings = 40 };

typedef struct walker {
    ts_descent *d;
    double *at, *slope, *to, *to_slope, *way;
    double *moves, *turns; /* the last `memory` steps, and what the slope did on them; a ring */
    double products[memory];
    size_t kept, next;
} walker;

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}

static double largest(const double *a, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) most = fmax(most, fabs(a[i]));
    return most;
}

static void add(double *to, const double *from, double times, size_t count)
{
    for (size_t i = 0; i < count; i++) to[i] += times * from[i];
}

/* The two loops: minus the slope times what the last steps say of the curvature's inverse. */
static void choose_way(walker *w)
{
    double parts[memory];
    size_t n = w->d->size;
    for (size_t i = 0; i < n; i++) w->way[i] = -w->slope[i];
    for (size_t k = 0; k < w->kept; k++) {
        size_t place = (w->next + memory - 1 - k) % memory;
        parts[place] = dot(w->moves + place * n, w->way, n) / w->products[place];
        add(w->way, w->turns + place * n, -parts[place], n);
    }
    double scale = 1 / fmax(1, sqrt(dot(w->slope, w->slope, n)));
    if (w->kept) {
        const double *turn = w->turns + (w->next + memory - 1) % memory * n;
        scale = w->products[(w->next + memory - 1) % memory] / dot(turn, turn, n);
    }
    for (size_t i = 0; i < n; i++) w->way[i] *= scale;
    for (size_t k = w->kept; k-- > 0;) {
        size_t place = (w->next + memory - 1 - k) % memory;
        double part = dot(w->turns + place * n, w->way, n) / w->products[place];
        add(w->way, w->moves + place * n, parts[place] - part, n);
    }
}

/* Armijo's condition, with room for the rounding of a value that hardly changes any more: products may be of floats. */
static bool walk(walker *w, double *value)
{
    size_t n = w->d->size;
    double fall = dot(w->slope, w->way, n);
    for (int i = 0; i < halvings; i++) {
        double part = ldexp(1, -i);
        memcpy(w->to, w->at, n * sizeof *w->to);
        add(w->to, w->way, part, n);
        *value = w->d->look(w->d->context, w->to, w->to_slope);
        if (*value <= w->d->value + 1e-4 * part * fall + 1e-7 * fabs(w->d->value)) return true;
    }
    return false;
}

static void remember(walker *w)
{
    size_t n = w->d->size;
    double *move = w->moves + w->next * n, *turn = w->turns + w->next * n;
    for (size_t i = 0; i < n; i++) {
        move[i] = w->to[i] - w->at[i];
        turn[i] = w->to_slope[i] - w->slope[i];
    }
    double product = dot(move, turn, n);
    if (!(product > 1e-14 * dot(turn, turn, n))) return; /* says nothing of the curvature */
    w->products[w->next] = product;
    w->next = (w->next + 1) % memory;
    if (w->kept < memory) w->kept++;
}

static bool step(walker *w)
{
    double value;
    choose_way(w);
    if (!walk(w, &value)) return false;
    remember(w);
    memcpy(w->at, w->to, w->d->size * sizeof *w->at);
    memcpy(w->slope, w->to_slope, w->d->size * sizeof *w->slope);
    w->d->value = value;
    w->d->steps++;
    return true;
}

bool ts_descend(ts_descent *d, double *at, ts_error *err)
{
    size_t n = d->size;
    if (n > SIZE_MAX / sizeof(double) / (2 * memory + 4)) return ts_fail_memory(err);
    double *room = calloc((2 * memory + 4) * n, sizeof *room);
    if (!room) return ts_fail_memory(err);
    walker w = {.d = d,
                .at = at,
                .slope = room,
                .to = room + n,
                .to_slope = room + 2 * n,
                .way = room + 3 * n,
                .moves = room + 4 * n,
                .turns = room + (4 + (size_t)memory) * n};
    d->value = d->look(d->context, at, w.slope);
    d->steps = 0;
    while (largest(w.slope, n) > d->tolerance && d->steps < d->steps_max && step(&w)) continue;
    d->slope = largest(w.slope, n);
    d->converged = d->slope <= d->tolerance;
    free(room);
    return true;
}
