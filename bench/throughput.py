#!/usr/bin/env python3
"""Throughput beside the peer (peer.py), in one run on one machine: the same files, turn about, start-up left out of
both. Prints pictures a second of each and the ratio of every pair of neighbouring turns: median (range); and the
processor time a picture costs each, which says the same on a machine that others use at the same time.

usage: throughput.py [--kind small|large|both] [--turns N] [--small N] [--large N] [--json]
small: 640x480-class photographs. large: 12-megapixel JPEGs.
"""
import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from common import CORES, cpu_seconds, dataset, machine, run_tagsmith, spread, steady_rate

PEER = Path(__file__).resolve().parent / 'peer.py'


def peer_rate(files):
    out = subprocess.run([sys.executable, str(PEER), *map(str, files)], capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f'throughput: the peer failed\n{out.stderr[-2000:]}')
    return json.loads(out.stdout)


def own_rate(files):
    """(pictures a second, CPU ms a picture) without start-up."""
    first, last = max(1, len(files) // 10), len(files) - CORES
    cpu = {}

    def on_line(pid, count):
        if count in (first, last):
            cpu[count] = cpu_seconds(pid)
    _, lines = run_tagsmith(['--', files[0].parent], on_line=on_line)
    failed = [record for _, record in lines if 'error' in record]
    if failed or len(lines) != len(files):
        sys.exit(f'throughput: {len(lines)} of {len(files)} pictures came back, {len(failed)} failed: {failed[:1]}')
    return steady_rate([at for at, _ in lines], CORES), 1e3 * (cpu[last] - cpu[first]) / (last - first)


def compare(kind, count, turns):
    files = dataset(kind, count)
    for path in files:
        path.read_bytes()  # both read from the page cache
    own, peer, own_cpu, peer_cpu = [], [], [], []
    for turn in range(turns):
        rate, cpu = own_rate(files)
        answer = peer_rate(files)
        own.append(rate)
        own_cpu.append(cpu)
        peer.append(answer['rate'])
        peer_cpu.append(answer['cpu_ms'])
        print(f'  {kind} turn {turn + 1}/{turns}: tagsmith {own[-1]:.1f}/s, peer {peer[-1]:.1f}/s, '
              f'ratio {own[-1] / peer[-1]:.2f}', file=sys.stderr, flush=True)
    ratios = [a / b for a, b in zip(own, peer)]
    return {'kind': kind, 'pictures': count, 'tagsmith': own, 'peer': peer, 'ratio': ratios, 'tagsmith_cpu_ms': own_cpu,
            'peer_cpu_ms': peer_cpu, 'cpu_ratio': [b / a for a, b in zip(own_cpu, peer_cpu)], 'peer_ms': answer['ms']}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--kind', choices=('small', 'large', 'both'), default='both')
    parser.add_argument('--turns', type=int, default=5)
    parser.add_argument('--small', type=int, default=600, help='number of small pictures')
    parser.add_argument('--large', type=int, default=120, help='number of large pictures')
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    results = [compare(kind, count, options.turns)
               for kind, count in (('small', options.small), ('large', options.large))
               if options.kind in (kind, 'both')]
    if options.json:
        print(json.dumps({'machine': machine(), 'results': results}))
        return
    print(f'throughput on {machine()}; median (range) of {options.turns} turns')
    for row in results:
        print(f'  {row["kind"]:6} tagsmith {spread(row["tagsmith"])}/s   peer {spread(row["peer"])}/s   '
              f'ratio {spread(row["ratio"])}')
        print(f'         CPU ms a picture: tagsmith {spread(row["tagsmith_cpu_ms"])}   peer {spread(row["peer_cpu_ms"])}   '
              f'ratio {spread(row["cpu_ratio"])}')
        print(f'         peer, ms a picture and process: {row["peer_ms"]}')
    for row in results:
        if statistics.median(row['ratio']) < {'small': 1.5, 'large': 4.5}[row['kind']]:
            print(f'  {row["kind"]}: below the aim')


if __name__ == '__main__':
    main()
