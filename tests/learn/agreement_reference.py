#!/usr/bin/env python3
"""Writes agreement.tsv: tables of ratings and boxes, and what other people's programs say of them.

usage: agreement_reference.py > agreement.tsv
Not run by the tests. Made with Python 3.11, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1, statsmodels 0.15.0,
krippendorff 0.9.0 and nltk 3.10.4. Dawid and Skene's model has no such program there: what is said of it comes from a
second one below, in plain probabilities where ours takes logarithms.
"""
import itertools

import krippendorff
import numpy as np
from nltk.metrics import AnnotationTask, jaccard_distance, masi_distance
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

# K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C.
KRIPPENDORFF = ['123321412...', '1233224125.3', '.3332342251.', '1233244125 1.'.replace(' ', '')]
# J. L. Fleiss, "Measuring nominal scale agreement among many raters" (1971), table 1: patients by psychiatrists.
FLEISS = ('444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 '
          '333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555')
# A. P. Dawid and A. M. Skene (1979), table 1: patients; the first anaesthetist rated thrice.
DAWID_SKENE = ('111 1111,333 4334,112 2122,222 3121,222 3222,222 3322,122 2111,333 3433,222 2223,232 2223,444 4444,'
               '222 3343,111 1111,222 3212,121 1111,111 2111,111 1111,111 1111,222 2221,222 1322,222 2222,222 2221,'
               '222 3222,221 2222,111 1111,111 1111,232 2222,111 1111,111 1111,112 1121,111 1111,333 3233,111 1111,'
               '222 2222,222 3232,433 4343,221 2232,232 3233,333 3432,111 1111,111 1111,121 2111,232 2222,121 1111,'
               '222 2222')


def by_item(raters):
    return [[None if c == '.' else int(c) for c in row] for row in zip(*raters)]


def write_table(name, rows, values):
    """A row an item, a column a rater; '.' missing, 'a,b' two ratings."""
    print('table', name, values, len(rows[0]), len(rows), sep='\t')
    for row in rows:
        print('item', *('.' if c is None else ','.join(map(str, c)) if isinstance(c, tuple) else c for c in row),
              sep='\t')


def expect(figure, value, a=0, b=0):
    print('expect', figure, a, b, f'{value:.13g}', sep='\t')  # the last digits hang on the order of sums


def triples(rows, label=lambda v: v):
    return [(f'r{r}', f'i{i:04}', label(v)) for i, row in enumerate(rows) for r, v in enumerate(row) if v is not None]


def alphas(rows, values):
    data = np.array([[np.nan if v is None else v for v in row] for row in rows], float).T
    for level in ('nominal', 'interval', 'ratio'):
        expect('alpha_' + level, krippendorff.alpha(reliability_data=data, level_of_measurement=level,
                                                    value_domain=list(range(values))))


def cohen(rows, a, b):
    both = [(row[a], row[b]) for row in rows if row[a] is not None and row[b] is not None]
    first, second = zip(*both)
    expect('cohen', cohen_kappa_score(first, second), a, b)
    expect('cohen_linear', cohen_kappa_score(first, second, weights='linear',
                                             labels=range(max(first + second) + 1)), a, b)
    cells = np.zeros((max(first + second) + 1,) * 2)
    for pair in both:
        cells[pair] += 1
    keep = (cells.sum(0) + cells.sum(1)) > 0
    assert abs(cohens_kappa(cells[keep][:, keep]).kappa - cohen_kappa_score(first, second)) < 1e-12


def complete(rows):
    """Figures that ask for as many ratings of each item."""
    expect('fleiss', fleiss_kappa(aggregate_raters(np.array(rows))[0]))
    expect('percent', AnnotationTask(triples(rows)).avg_Ao())


# ---- tag sets and concepts ---------------------------------------------------------------------------

def alpha_of_sets(figure, rows, sets, distance):
    expect(figure, AnnotationTask(triples(rows, lambda v: sets[v]), distance=distance).alpha())


def write_sets(kind, sets):
    for tags in sets:
        print(kind, *sorted(tags), sep='\t')


def lineages(parents):
    found = []
    for node in range(len(parents)):
        above = [node]
        while parents[above[-1]] is not None:
            above.append(parents[above[-1]])
        found.append(frozenset(above))
    return found


def wu_palmer_distance(parents):
    """By depths of nodes, the root's being 1; ours counts what is in sets."""
    above = lineages(parents)
    depth = {node: len(above[node]) for node in range(len(parents))}

    def distance(a, b):
        lowest = max(above[a] & above[b], key=depth.get)
        return 1 - 2 * depth[lowest] / (depth[a] + depth[b])
    return distance


# ---- Dawid and Skene ---------------------------------------------------------------------------------

def dawid_skene(rows, values, smoothing, rounds):
    counts = np.zeros((len(rows), len(rows[0]), values))
    for i, row in enumerate(rows):
        for r, cell in enumerate(row):
            for v in cell if isinstance(cell, tuple) else () if cell is None else (cell,):
                counts[i, r, v] += 1
    posterior = counts.sum(1) / counts.sum((1, 2))[:, None]
    for _ in range(rounds):
        prior = posterior.sum(0) + smoothing
        prior /= prior.sum()
        confusion = np.einsum('ik,irl->rkl', posterior, counts) + smoothing
        total = confusion.sum(2, keepdims=True)
        confusion = np.where(total > 0, confusion / np.where(total > 0, total, 1), 1 / values)
        joint = prior * np.prod(confusion[None] ** counts[:, :, None, :], axis=(1, 3))
        posterior = joint / joint.sum(1, keepdims=True)
    print('fit', smoothing, rounds, sep='\t')
    expect('ds_log_likelihood', np.log(joint.sum(1)).sum())
    for k in range(values):
        expect('ds_prior', prior[k], k)
    for r, table in enumerate(confusion):
        for cell, p in enumerate(table.flat):
            expect('ds_confusion', p, r, cell)
    for i in range(len(rows)):
        for k in range(values):
            expect('ds_posterior', posterior[i, k], i, k)


# ---- boxes -------------------------------------------------------------------------------------------

def iou(a, b):
    width = max(0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    height = max(0, min(a[2] + a[4], b[2] + b[4]) - max(a[2], b[2]))
    return width * height / (a[3] * a[4] + b[3] * b[4] - width * height)


def boxes(name, rng, count, more, least):
    first = [(int(rng.integers(2)), *rng.integers(0, 12, 2), *rng.integers(4, 12, 2)) for _ in range(count)]
    second = [(int(rng.integers(2)), *rng.integers(0, 12, 2), *rng.integers(4, 12, 2)) for _ in range(more)]
    print('boxes', name, least, sep='\t')
    for kind, group in (('first', first), ('second', second)):
        for box in group:
            print(kind, *box, sep='\t')
    gain = np.array([[iou(a, b) if a[0] == b[0] else 0 for b in second] for a in first])
    gain = np.where(gain >= least, gain, 0)
    rows, columns = linear_sum_assignment(np.where(gain > 0, gain + 1000, 0), maximize=True)
    kept = [gain[r, c] for r, c in zip(rows, columns) if gain[r, c] > 0]
    expect('pairs', len(kept))
    expect('overlaps', sum(kept))
    expect('f1', 2 * len(kept) / (count + more))


def main():
    rng = np.random.default_rng(8)

    rows = by_item(KRIPPENDORFF)
    write_table('krippendorff-2011', rows, 6)
    alphas(rows, 6)
    for a, b in itertools.combinations(range(4), 2):
        cohen(rows, a, b)

    rows = [[int(c) for c in row] for row in FLEISS.split()]
    write_table('fleiss-1971', rows, 6)
    complete(rows)
    alphas(rows, 6)

    # R. Artstein and M. Poesio, "Inter-coder agreement for computational linguistics" (2008): statements, requests, checks.
    cells = {(0, 0): 46, (0, 1): 6, (1, 1): 32, (2, 1): 6, (2, 2): 10}
    rows = [list(pair) for pair, times in cells.items() for _ in range(times)]
    write_table('artstein-poesio-2008', rows, 3)
    complete(rows)
    cohen(rows, 0, 1)
    alphas(rows, 3)

    for number, (items, raters, values, missing) in enumerate([(40, 2, 2, 0), (25, 5, 4, 0), (60, 3, 7, 0),
                                                                (40, 2, 3, 0.2), (50, 6, 5, 0.4), (30, 9, 3, 0.6)]):
        truth = rng.integers(values, size=items)
        told = np.where(rng.random((items, raters)) < 0.6, truth[:, None], rng.integers(values, size=(items, raters)))
        gone = rng.random((items, raters)) < missing
        rows = [[None if gone[i, r] else int(told[i, r]) for r in range(raters)] for i in range(items)]
        write_table(f'random-{number}', rows, values)
        alphas(rows, values)
        for a, b in itertools.combinations(range(min(raters, 3)), 2):
            cohen(rows, a, b)
        if missing == 0:
            complete(rows)

    sets = sorted({frozenset(map(int, np.flatnonzero(rng.random(5) < 0.4))) for _ in range(30)} - {frozenset()}, key=sorted)
    rows = [[None if rng.random() < 0.2 else int(x) for x in (base + rng.integers(0, 4, 4)) % len(sets)]
            for base in rng.integers(len(sets), size=40)]
    write_table('tag-sets', rows, len(sets))
    write_sets('set', sets)
    alpha_of_sets('alpha_masi', rows, sets, masi_distance)
    alpha_of_sets('alpha_jaccard', rows, sets, jaccard_distance)
    for a, b in itertools.combinations(range(len(sets)), 2):
        if (a + b) % 7 == 0:
            expect('masi', masi_distance(sets[a], sets[b]), a, b)

    parents = [None, 0, 0, 1, 1, 2, 2, 3, 3, 5, 5, 9]
    rows = [[None if rng.random() < 0.2 else int(x) for x in (base + rng.integers(0, 3, 4)) % len(parents)]
            for base in rng.integers(len(parents), size=40)]
    write_table('concepts', rows, len(parents))
    write_sets('set', lineages(parents))
    distance = wu_palmer_distance(parents)
    expect('alpha_lineage', AnnotationTask(triples(rows), distance=distance).alpha())
    for a, b in itertools.combinations(range(len(parents)), 2):
        expect('lineage', distance(a, b), a, b)

    rows = [[tuple(int(c) - 1 for c in cell.split()[0]), *(int(c) - 1 for c in cell.split()[1])]
            for cell in DAWID_SKENE.split(',')]
    write_table('dawid-skene-1979', rows, 4)
    dawid_skene(rows, 4, 0, 30)

    truth = rng.integers(3, size=30)
    rows = [[int(t) if rng.random() < 0.7 else int(rng.integers(3)) for t in [t] * 4] for t in truth]
    rows = [[v if r == 0 or rng.random() < 0.7 else None for r, v in enumerate(row)] for row in rows]
    write_table('random-em', rows, 3)
    dawid_skene(rows, 3, 0.01, 40)

    for number, (count, more, least) in enumerate([(1, 1, 0.1), (5, 7, 0.2), (9, 6, 0.1), (12, 12, 0.3), (20, 31, 0.05)]):
        boxes(f'boxes-{number}', rng, count, more, least)


if __name__ == '__main__':
    print('# Made by agreement_reference.py; see there.')
    main()
