#!/usr/bin/env python3
"""What the pipeline costs beside its bare parts: the scaled decode alone and the networks alone (bench_parts), turn
about with the whole `tagsmith tag`. One picture needs both, so the parts together could do 1 / (1/decode + 1/engine).

usage: parts.py [--kind small|large] [--turns N] [--count N]
"""
import argparse
import json
import subprocess

from common import BUILD, dataset, machine, run_tagsmith, spread, steady_rate, CORES


def part(name, seconds, files):
    out = subprocess.run([BUILD / 'bench' / 'bench_parts', name, str(seconds), *map(str, files)],
                         capture_output=True, text=True, check=True)
    return json.loads(out.stdout)['rate']


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--kind', choices=('small', 'large'), default='small')
    parser.add_argument('--turns', type=int, default=5)
    parser.add_argument('--count', type=int, default=600)
    options = parser.parse_args()
    subprocess.run(['ninja', '-C', BUILD, 'bench/bench_parts'], check=True, stdout=subprocess.DEVNULL)
    files = dataset(options.kind, options.count)
    rows = {'decode': [], 'engine': [], 'parts': [], 'pipeline': [], 'share': []}
    for _ in range(options.turns):
        decode, engine = part('decode', 3, files[:145]), part('engine', 3, ())
        parts = 1 / (1 / decode + 1 / engine)
        _, lines = run_tagsmith(['--', files[0].parent])
        pipeline = steady_rate([at for at, _ in lines], CORES)
        for name, value in zip(rows, (decode, engine, parts, pipeline, pipeline / parts)):
            rows[name].append(value)
    print(f'bare parts on {machine()}, {options.kind} pictures; median (range) of {options.turns} turns')
    for name, values in rows.items():
        print(f'  {name:9}{spread(values)}' + ('' if name == 'share' else ' /s'))


if __name__ == '__main__':
    main()
