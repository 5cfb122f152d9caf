#!/usr/bin/env python3
"""Memory and start-up: resident memory of tagsmith and all its children while tagging 12-megapixel pictures with two
workers, time to the first tag with a warm model cache, and (with --flat N) whether memory stays flat over N pictures.

usage: memory.py [--large N] [--flat N] [--starts N]
PSS counts a page that several processes share once; RSS counts it in each.
"""
import argparse
import statistics
import threading
import time
from pathlib import Path

from common import dataset, family, machine, run_tagsmith


def resident(pid):
    """(PSS, RSS) of the whole family in MiB."""
    pss = rss = 0
    for member in family(pid):
        try:
            for line in Path(f'/proc/{member}/smaps_rollup').read_text().splitlines():
                if line.startswith('Pss:'):
                    pss += int(line.split()[1])
                elif line.startswith('Rss:'):
                    rss += int(line.split()[1])
        except OSError:
            pass
    return pss / 1024, rss / 1024


class Sampler:
    """Reads the memory of a process family every `period` seconds until stop."""

    def __init__(self, period):
        self.period, self.samples, self.ended, self.thread = period, [], threading.Event(), None

    def watch(self, pid):
        def loop():
            while not self.ended.wait(self.period):
                self.samples.append((time.monotonic(), *resident(pid)))
        self.thread = threading.Thread(target=loop, daemon=True)
        self.thread.start()

    def stop(self):
        self.ended.set()
        self.thread.join()
        return [s for s in self.samples if s[1] > 0]


def first_tag(times):
    files = dataset('small', 8)
    seconds = []
    run_tagsmith(['--', files[0]])  # warms the model cache
    for i in range(times):
        start, lines = run_tagsmith(['--', files[i % len(files)]])
        seconds.append(lines[0][0] - start)
    print(f'first tag {statistics.median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f}) after process start, '
          f'warm model cache, {times} starts')


def large_pictures(count):
    files = dataset('large', count)
    sampler = Sampler(0.05)
    run_tagsmith(['--jobs', '2', '--', files[0].parent], sampler.watch)
    samples = sampler.stop()
    print(f'12 MP, 2 workers, {count} pictures: peak PSS {max(s[1] for s in samples):.0f} MiB, '
          f'peak RSS {max(s[2] for s in samples):.0f} MiB ({len(samples)} samples)')


def flat(count):
    files = dataset('small', count)
    sampler = Sampler(1.0)
    start, lines = run_tagsmith(['--jobs', '2', '--', files[0].parent], sampler.watch)
    samples = [s for s in sampler.stop() if s[0] <= lines[-1][0]]
    tenth = max(1, len(samples) // 10)
    early, late = samples[tenth:2 * tenth] or samples[:1], samples[-tenth:]
    # RSS, because PSS falls and rises with whatever other program maps the same libraries.
    before, after = (statistics.mean(s[2] for s in part) for part in (early, late))
    print(f'{len(lines)} pictures in {lines[-1][0] - start:.0f} s: RSS {before:.0f} MiB in the second tenth, {after:.0f} '
          f'MiB in the last ({after - before:+.1f}), peak {max(s[2] for s in samples):.0f}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--large', type=int, default=60)
    parser.add_argument('--flat', type=int, default=0)
    parser.add_argument('--starts', type=int, default=5)
    options = parser.parse_args()
    print(f'memory and start-up on {machine()}')
    if options.starts:
        first_tag(options.starts)
    if options.large:
        large_pictures(options.large)
    if options.flat:
        flat(options.flat)


if __name__ == '__main__':
    main()
