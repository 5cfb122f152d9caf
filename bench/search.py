#!/usr/bin/env python3
"""How the search room's cost grows with the library: runs bench_search for each size, writes CSV, JSON and a plot.

usage: bench/search.py [--build DIR] [--out DIR] [--svg FILE] [--sizes N,N,...] [--questions N] [--sql N] [--reuse]
--sql: questions of each kind for SQLite as well (0: leave it out; one of each where there are 300,000 pictures or
more, which take it half a minute each); --reuse: only draw what --out already holds. Builds what it measures.
bench/search.c tells what is asked and of what library. Prints the machine's load average (of one minute, before and
after) beside the figures: wall times of a loaded machine are the machine's, processor times (cpu) hardly are. Two
builds that print the same digests have given the same answers, scores and facets included.
"""
import argparse
import csv
import json
import math
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES = [('filter_facets', 'filter + top 20 of each facet', '#1f6f8b'), ('text_top50', 'question in plain words, top 50', '#c05621'),
         ('similar_top50', 'similar pictures, top 50', '#5b7f2b'), ('sqlite_theirs', 'the filters asked of SQLite', '#777777')]
PARTS = ('p50_ms', 'p99_ms', 'cpu_p50_ms', 'cpu_p99_ms')  # by the wall, and of the processor on all threads
COLUMNS = ['pictures', 'load', 'build_a_second', 'build_a_cpu_second', 'bytes_a_picture', 'resident_a_picture', 'change_ms',
           'sqlite_ratio_p50', 'digest_filters', 'digest_vectors'] + [f'{key}_{part}' for key, _, _ in LINES for part in PARTS]


MANY = 300000  # pictures


def measure(program, size, options):
    command = [program, ROOT / 'vocab', size, options.questions, min(options.sql, 1) if size >= MANY else options.sql]
    loads = [os.getloadavg()[0]]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f'bench/search.py: {done.stderr.strip()}')
    loads.append(os.getloadavg()[0])
    # Of this, up to two are the program's own; more than that is other work, which the wall times then include.
    return json.loads(done.stdout) | {'load': f'{loads[0]:.1f} before, {loads[1]:.1f} after'}


def flat(result):
    row = {name: result.get(name) for name in COLUMNS}
    for key, _, _ in LINES:
        for part in PARTS:
            row[f'{key}_{part}'] = result.get(key, {}).get(part)
    return row


class Plot:
    """Both axes logarithmic; p50 as a line, p99 dashed."""
    WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 440, 70, 30, 20, 90

    def __init__(self, rows):
        self.rows = rows
        values = [row[f'{key}_{part}'] for row in rows for key, _, _ in LINES for part in ('p50_ms', 'p99_ms')]
        values = [v for v in values if v]
        sizes = [row['pictures'] for row in rows]
        self.x = (math.log10(min(sizes)), max(math.log10(max(sizes)), math.log10(min(sizes)) + 1))
        self.y = (math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))))

    def at(self, size, ms):
        x = self.LEFT + (math.log10(size) - self.x[0]) / (self.x[1] - self.x[0]) * (self.WIDTH - self.LEFT - self.RIGHT)
        y = self.HEIGHT - self.BOTTOM - (math.log10(ms) - self.y[0]) / (self.y[1] - self.y[0]) * (
            self.HEIGHT - self.TOP - self.BOTTOM)
        return f'{x:.1f},{y:.1f}'

    def grid(self):
        right, bottom = self.WIDTH - self.RIGHT, self.HEIGHT - self.BOTTOM
        for power in range(self.y[0], self.y[1] + 1):
            y = self.at(10 ** self.x[0], 10 ** power).split(',')[1]
            yield f'<line x1="{self.LEFT}" x2="{right}" y1="{y}" y2="{y}" stroke="#ddd"/>'
            yield f'<text x="{self.LEFT - 8}" y="{y}" text-anchor="end" dominant-baseline="middle">{10 ** power:g} ms</text>'
        for row in self.rows:
            x = self.at(row['pictures'], 10 ** self.y[0]).split(',')[0]
            yield f'<line x1="{x}" x2="{x}" y1="{self.TOP}" y2="{bottom}" stroke="#ddd"/>'
            yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{row["pictures"]:,}</text>'

    def lines(self):
        for i, (key, name, colour) in enumerate(LINES):
            for part, dash in (('p50_ms', ''), ('p99_ms', ' stroke-dasharray="5 4"')):
                points = [self.at(row['pictures'], row[f'{key}_{part}']) for row in self.rows if row[f'{key}_{part}']]
                yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
            x, y = self.LEFT + i % 2 * 330, self.HEIGHT - 48 + i // 2 * 20
            yield f'<line x1="{x}" x2="{x + 24}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
            yield f'<text x="{x + 30}" y="{y + 4}">{name}</text>'

    def svg(self):
        body = '\n'.join([*self.grid(), *self.lines()])
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.WIDTH} {self.HEIGHT}" font-family="sans-serif" '
                f'font-size="12" fill="#333">\n<rect width="100%" height="100%" fill="#fff"/>\n'
                f'<text x="{self.LEFT}" y="18">Time of one question by pictures in the library (line: median, dashed: p99)</text>\n'
                f'{body}\n</svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=Path, default=ROOT / 'build')
    parser.add_argument('--out', type=Path, default=ROOT / 'out' / 'search')
    parser.add_argument('--svg', type=Path, default=ROOT / 'docs' / 'search-growth.svg')
    parser.add_argument('--sizes', default='10000,30000,100000,300000,1000000')
    parser.add_argument('--questions', type=int, default=60)
    parser.add_argument('--sql', type=int, default=2)
    parser.add_argument('--reuse', action='store_true')
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    store = options.out / 'growth.json'
    if not options.reuse:
        if subprocess.run(['ninja', '-C', str(options.build), 'bench/bench_search'], stdout=subprocess.DEVNULL).returncode:
            sys.exit(f'bench/search.py: bench/bench_search does not build in {options.build}')
        program = options.build.resolve() / 'bench' / 'bench_search'
        results = [measure(program, int(size), options) for size in options.sizes.split(',')]
        store.write_text(json.dumps(results, indent=1))
    rows = [flat(result) for result in json.loads(store.read_text())]
    with open(options.out / 'growth.csv', 'w', newline='') as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    options.svg.write_text(Plot(rows).svg())
    for row in rows:
        print('  '.join(f'{name} {value}' for name, value in row.items() if value is not None))


if __name__ == '__main__':
    main()
