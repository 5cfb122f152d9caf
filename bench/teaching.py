#!/usr/bin/env python3
"""How well `tagsmith train` does on a labelled folder: few examples a class, and cross-validation.

usage: bench/teaching.py PROGRAM FOLDER [--examples 5] [--draws 20] [--seed 0] [--jobs 1]
FOLDER holds a labels.tsv: file<TAB>class. Each draw teaches a head on so many pictures of each class, drawn by chance, and
tries it on all others; at the end one head is taught on all pictures and its cross-validation told.
"""
import argparse
import json
import math
import random
import statistics
import subprocess
import tempfile
from pathlib import Path


def train(args, folder, rows, test=None):
    command = [args.program, 'train', 'bench', '-q', f'-j{args.jobs}', '--data', str(folder / 'data')]
    for option, lines in ('--labels', rows), ('--test', test):
        if lines:
            path = folder / f'{option[2:]}.tsv'
            path.write_text(''.join(f'{args.folder.resolve()}/{file}\t{name}\n' for file, name in lines))
            command += [option, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def draw(rows, examples, chance):
    taken = []
    for name in sorted({row[1] for row in rows}):
        taken += chance.sample([row for row in rows if row[1] == name], examples)
    return taken, [row for row in rows if row not in taken]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program')
    parser.add_argument('folder', type=Path)
    parser.add_argument('--examples', type=int, default=5)
    parser.add_argument('--draws', type=int, default=20)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--jobs', type=int, default=1)
    args = parser.parse_args()
    text = (args.folder / 'labels.tsv').read_text()
    rows = [line.split('\t')[:2] for line in text.splitlines() if line and not line.startswith('#')]
    chance = random.Random(args.seed)
    shares = []
    with tempfile.TemporaryDirectory() as name:
        for number in range(args.draws):
            report = train(args, Path(name), *draw(rows, args.examples, chance))
            shares.append(report['test']['balanced_accuracy'])
            print(f'draw {number + 1}: {shares[-1]:.3f}', flush=True)
        if len(shares) > 1:
            half = 1.96 * statistics.stdev(shares) / math.sqrt(len(shares))
            mean = statistics.mean(shares)
            print(f'{args.examples} examples a class, {args.draws} draws: mean share of right ones a class {mean:.3f}, '
                  f'95 % interval {mean - half:.3f} to {mean + half:.3f}')
        report = train(args, Path(name), rows)
    judged = report['cross_validation']
    low, high = judged['balanced_accuracy_interval']
    print(f'{judged["parts"]}-fold cross-validation on {judged["pictures"]} pictures: {judged["balanced_accuracy"]:.3f}, '
          f'95 % interval {low:.3f} to {high:.3f}; training {report["seconds"]["training"]:.2f} s')


if __name__ == '__main__':
    main()
