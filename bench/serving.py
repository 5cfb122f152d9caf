#!/usr/bin/env python3
"""The server beside the command line, and under load: upload-and-tag over HTTP with the real networks.

usage: serving.py [--part cpu|latency|overload]... [--turns N] [--pictures N] [--seconds N] [--json]
cpu: processor time a picture of the server and its decoders with 8 clients, beside `tagsmith tag`'s on the same files,
     turn about, start-up left out of both. Says the same on a busy machine.
latency: closed loop with 8 clients for the rate; one client alone for the unloaded median and p99; then 70 % of the rate:
     evenly spaced and at random (Poisson), counted from the moment a request was due (a late client makes it longer,
     never shorter), and from 8 clients that each think for a random while between an answer and the next request. Then
     processor time by picture, one at a time: what of the tail is the pictures' own.
overload: Poisson arrivals at ten times the rate: what succeeds, how fast the rest is refused, memory, and how long a
     small question (GET one picture) takes meanwhile; then how soon it is as before.
Wall times need a quiet machine: the load average is printed with them.
"""
import argparse
import asyncio
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from common import (CORES, WORK, cpu_seconds, machine, percentile, resident, run_tagsmith, served, small_originals,
                    spread)

CLIENTS = 8
SMALL = '/api/pictures?limit=1'


def different(original, number):
    """The same picture with another hash: a comment of its own behind the first marker of the JPEG."""
    return original[:2] + b'\xff\xfe\x00\x0a' + number.to_bytes(8, 'big') + original[2:]


class Pictures:
    """Never the same bytes twice."""

    def __init__(self):
        self.originals = [path.read_bytes() for path in small_originals()]
        self.number = random.SystemRandom().getrandbits(40) << 20

    def once_more(self, index):
        self.number += 1
        return different(self.originals[index % len(self.originals)], self.number)

    def take(self, count):
        return [self.once_more(i) for i in range(count)]


class Caller:
    """Requests over kept connections, each answered or counted as broken."""

    def __init__(self, server):
        self.server, self.free = server, []

    async def connect(self):
        while self.free:
            reader, writer = self.free.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection('127.0.0.1', self.server.port, limit=1 << 20)

    async def call(self, method, target, body=b''):
        """(status or 0, seconds)"""
        start = time.monotonic()
        writer = None
        head = (f'{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.server.key}\r\n'
                f'Content-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n').encode()
        try:
            reader, writer = await self.connect()
            writer.write(head + body)
            answer = await reader.readuntil(b'\r\n\r\n')
            fields = answer.decode('latin-1').lower()
            length = int(fields.split('content-length:')[1].split('\r\n')[0]) if 'content-length:' in fields else 0
            await reader.readexactly(length)
            seconds = time.monotonic() - start
            if 'connection: close' in fields:
                writer.close()
            else:
                self.free.append((reader, writer))
            return int(fields.split()[1]), seconds
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            if writer:
                writer.close()
            return 0, time.monotonic() - start

    def close(self):
        for _, writer in self.free:
            writer.close()


async def closed_loop(caller, pictures, clients, on_done=None):
    """[(status, seconds)] and the seconds all of it took."""
    waiting, results = list(reversed(pictures)), []

    async def client():
        while waiting:
            results.append(await caller.call('POST', '/api/pictures', waiting.pop()))
            if on_done:
                on_done(len(results))
    start = time.monotonic()
    await asyncio.gather(*(client() for _ in range(clients)))
    return results, time.monotonic() - start


async def open_loop(caller, pictures, rate, seconds, meanwhile=None, even=False):
    """Arrivals of a Poisson process, or evenly spaced. [(due, status, seconds since due)]"""
    chance, results, tasks = random.Random(7), [], set()
    start = time.monotonic()

    async def one(due, content):
        late = time.monotonic() - start - due
        status, took = await caller.call('POST', '/api/pictures', content)
        results.append((due, status, late + took))
    due, number = 0.0, 0
    side = asyncio.ensure_future(meanwhile()) if meanwhile else None
    while due < seconds:
        due += 1 / rate if even else chance.expovariate(rate)
        await asyncio.sleep(max(0.0, start + due - time.monotonic()))
        task = asyncio.ensure_future(one(due, pictures(number)))
        number += 1
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    if side:
        side.cancel()
    await asyncio.gather(*tasks)
    return results


def statuses(results):
    counts = {}
    for status in results:
        counts[status] = counts.get(status, 0) + 1
    return dict(sorted(counts.items()))


def load():
    return f'load average {os.getloadavg()[0]:.1f}'


# ---- processor time -------------------------------------------------------------------------------------------------

def command_line_cpu(contents):
    """CPU ms a picture of `tagsmith tag`, start-up left out."""
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        for i, content in enumerate(contents):
            (Path(folder) / f'{i:05d}.jpg').write_bytes(content)
        first, last, cpu = len(contents) // 10, len(contents) - CORES, {}

        def on_line(pid, count):
            if count in (first, last):
                cpu[count] = cpu_seconds(pid)
        run_tagsmith(['--', folder], on_line=on_line)
    return 1e3 * (cpu[last] - cpu[first]) / (last - first)


def server_cpu(server, contents):
    """CPU ms a picture of the server and its decoders, and pictures a second."""
    first, last, cpu = len(contents) // 10, len(contents) - CLIENTS, {}

    def on_done(count):
        if count in (first, last):
            cpu[count] = cpu_seconds(server.process.pid)

    async def run():
        caller = Caller(server)
        out = await closed_loop(caller, contents, CLIENTS, on_done)
        caller.close()
        return out
    results, seconds = asyncio.run(run())
    if any(status != 201 for status, _ in results):
        sys.exit(f'serving: answers {statuses(status for status, _ in results)}')
    return 1e3 * (cpu[last] - cpu[first]) / (last - first), len(contents) / seconds


def measure_cpu(server, pictures, count, turns):
    rows = []
    for turn in range(turns):
        contents = pictures.take(count)
        served_ms, rate = server_cpu(server, contents)
        own_ms = command_line_cpu(contents)
        rows.append({'server_ms': served_ms, 'cli_ms': own_ms, 'ratio': served_ms / own_ms, 'rate': rate})
        print(f'  turn {turn + 1}/{turns}: server {served_ms:.1f} ms, command line {own_ms:.1f} ms, '
              f'ratio {served_ms / own_ms:.3f}', file=sys.stderr, flush=True)
    print(f'cpu: {count} pictures a turn, {CLIENTS} clients; CPU ms a picture: server '
          f'{spread([r["server_ms"] for r in rows])}   command line {spread([r["cli_ms"] for r in rows])}   '
          f'ratio {spread([r["ratio"] for r in rows])}   ({load()})', flush=True)
    return rows


# ---- latency --------------------------------------------------------------------------------------------------------

async def find_rate(caller, pictures, count):
    """Pictures a second of 8 clients in a closed loop."""
    results, seconds = await closed_loop(caller, pictures.take(count), CLIENTS)
    good = sum(status == 201 for status, _ in results)
    return good / seconds


def tail_of(took, given, unloaded):
    """What a pattern of requests is told by."""
    row = {'requests': len(given), 'statuses': statuses(given), 'median': statistics.median(took),
           'p99': percentile(took, 99)}
    row['ratio'] = row['p99'] / unloaded
    return row


async def at_seventy(caller, pictures, rate, seconds, unloaded, even):
    fresh = pictures.take(int(rate * seconds * 2))
    results = await open_loop(caller, lambda i: fresh[i % len(fresh)], 0.7 * rate, seconds, even=even)
    took = [t for _, status, t in results if status in (200, 201)]
    row = tail_of(took, [status for _, status, _ in results], unloaded)
    print(f'latency: at 70 %, {"evenly spaced" if even else "at random"}: {row["requests"]} requests, median '
          f'{1e3 * row["median"]:.0f} ms, p99 {1e3 * row["p99"]:.0f} ms, p99 over unloaded median {row["ratio"]:.2f}; '
          f'answers {row["statuses"]}   ({load()})', flush=True)
    return row


async def thinking_loop(caller, pictures, clients, rate, seconds):
    """Clients that wait for an answer, think, and ask again, all together `rate` times a second: (status, seconds). How
    long they think follows from how long answers take, so it is learned on the way."""
    chance, results, number = random.Random(11), [], itertools.count()
    end = time.monotonic() + seconds

    async def client():
        round_trip = 1.0 / rate
        await asyncio.sleep(chance.uniform(0, clients / rate))
        while time.monotonic() < end:
            status, took = await caller.call('POST', '/api/pictures', pictures(next(number)))
            results.append((status, took))
            round_trip += 0.1 * (took - round_trip)
            await asyncio.sleep(chance.expovariate(1 / max(1e-3, clients / rate - round_trip)))
    await asyncio.gather(*(client() for _ in range(clients)))
    return results


async def thinking(caller, pictures, rate, seconds, unloaded):
    fresh = pictures.take(int(rate * seconds * 2))
    results = await thinking_loop(caller, lambda i: fresh[i % len(fresh)], CLIENTS, 0.7 * rate, seconds)
    took = [t for status, t in results if status in (200, 201)]
    row = tail_of(took, [status for status, _ in results], unloaded) | {'rate': len(results) / seconds}
    print(f'latency: {CLIENTS} clients that think, {row["rate"]:.1f}/s ({100 * row["rate"] / rate:.0f} % of the rate): '
          f'{row["requests"]} requests, median {1e3 * row["median"]:.0f} ms, p99 {1e3 * row["p99"]:.0f} ms, p99 over unloaded '
          f'median {row["ratio"]:.2f}; answers {row["statuses"]}   ({load()})', flush=True)
    return row


async def own_work(server, caller, pictures):
    """CPU ms of the server and its decoders for each picture, one at a time: the tail that no queue makes. Pictures are
    asked for twice, as the kernel counts in ticks of 10 ms; the first time their sizes may be new to the networks."""
    names, rows = len(pictures.originals), []
    for content in pictures.take(names):
        await caller.call('POST', '/api/pictures', content)
    for i in range(names):
        again = [pictures.once_more(i) for _ in range(4)]
        before = cpu_seconds(server.process.pid)
        for content in again:
            await caller.call('POST', '/api/pictures', content)
        rows.append(1e3 * (cpu_seconds(server.process.pid) - before) / len(again))
    row = {'median': statistics.median(rows), 'p90': percentile(rows, 90), 'p99': percentile(rows, 99), 'most': max(rows)}
    print(f'latency: processor time of {names} pictures, each alone: median {row["median"]:.0f} ms, p90 {row["p90"]:.0f}, '
          f'p99 {row["p99"]:.0f}, most {row["most"]:.0f} ms   ({load()})', flush=True)
    return row


async def latency(server, pictures, count, seconds):
    caller = Caller(server)
    await closed_loop(caller, pictures.take(2 * len(pictures.originals)), CLIENTS)  # sizes that networks meet are known
    alone = [took for _, took in (await closed_loop(caller, pictures.take(len(pictures.originals)), 1))[0]]
    rate, unloaded = await find_rate(caller, pictures, count), statistics.median(alone)
    print(f'latency: unloaded median {1e3 * unloaded:.0f} ms, p99 {1e3 * percentile(alone, 99):.0f} ms '
          f'({percentile(alone, 99) / unloaded:.2f}); closed loop {rate:.1f}/s   ({load()})', flush=True)
    row = {'unloaded_median': unloaded, 'unloaded_p99': percentile(alone, 99), 'rate': rate,
           'even': await at_seventy(caller, pictures, rate, seconds, unloaded, even=True),
           'random': await at_seventy(caller, pictures, rate, seconds, unloaded, even=False),
           'thinking': await thinking(caller, pictures, rate, seconds, unloaded),
           'own_work': await own_work(server, caller, pictures)}
    caller.close()
    return row


# ---- overload -------------------------------------------------------------------------------------------------------

async def overload(server, pictures, count, seconds, factor):
    caller, memory, small = Caller(server), [], []
    rate = await find_rate(caller, pictures, count)
    before, cpu_before = resident(server.process.pid), cpu_seconds(server.process.pid)
    fresh = iter(lambda: pictures.take(1)[0], None)
    start = time.monotonic()

    async def watch():
        while True:
            memory.append(resident(server.process.pid))
            small.append(await Caller(server).call('GET', SMALL))
            await asyncio.sleep(0.25)
    results = await open_loop(caller, lambda i: next(fresh), rate * factor, seconds, watch)
    cpu = cpu_seconds(server.process.pid) - cpu_before
    whole = time.monotonic() - start
    # Recovery: until one picture takes no longer than twice what it takes alone.
    over = time.monotonic()
    status, recovered = 0, None
    while time.monotonic() - over < 30 and recovered is None:
        status, took = await caller.call('POST', '/api/pictures', pictures.take(1)[0])
        recovered = time.monotonic() - over if status == 201 and took < 0.5 else None
    caller.close()
    good = [t for _, status, t in results if status == 201]
    later = [t for _, status, t in results if status == 202]
    refused = [t for _, status, t in results if status in (429, 503)]
    half = len(memory) // 2
    row = {'rate': rate, 'offered': len(results) / seconds, 'statuses': statuses(s for _, s, _ in results),
           'goodput': len(good) / whole, 'goodput_of_peak': len(good) / whole / rate, 'cpu_s': cpu,
           'cpu_ms_a_good_picture': 1e3 * cpu / max(1, len(good)), 'good_median': statistics.median(good or [0]),
           'good_p99': percentile(good or [0], 99), 'later': len(later), 'refused_median': statistics.median(refused or [0]),
           'refused_p99': percentile(refused or [0], 99), 'rss_before': before, 'rss_first_half': max(memory[:half]),
           'rss_second_half': max(memory[half:]), 'small_statuses': statuses(s for s, _ in small),
           'small_p99': percentile([t for _, t in small], 99), 'recovered': recovered}
    print(f'overload: {row["offered"]:.0f}/s offered for {seconds} s, closed loop {rate:.1f}/s; goodput '
          f'{row["goodput"]:.1f}/s, {100 * row["goodput_of_peak"]:.0f} % of peak; answers {row["statuses"]}; good median '
          f'{row["good_median"]:.2f} s, p99 {row["good_p99"]:.2f} s; refused median {1e3 * row["refused_median"]:.0f} ms, '
          f'p99 {1e3 * row["refused_p99"]:.0f} ms; RSS {before:.0f} MiB before, most in the first half '
          f'{row["rss_first_half"]:.0f}, in the second {row["rss_second_half"]:.0f}; GET meanwhile p99 '
          f'{1e3 * row["small_p99"]:.0f} ms {row["small_statuses"]}; server CPU {row["cpu_ms_a_good_picture"]:.0f} ms a good '
          f'picture; as before after {recovered if recovered is None else round(recovered, 2)} s   ({load()})', flush=True)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--part', choices=('cpu', 'latency', 'overload'), action='append')
    parser.add_argument('--turns', type=int, default=5)
    parser.add_argument('--pictures', type=int, default=300, help='a turn')
    parser.add_argument('--seconds', type=int, default=20, help='of each open loop')
    parser.add_argument('--factor', type=float, default=10, help='of overload')
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    parts = options.part or ['cpu', 'latency', 'overload']
    print(f'serving on {machine()}; {load()}', flush=True)
    pictures, rows = Pictures(), {}
    with served() as server:
        asyncio.run(warm_up(server, pictures))
        if 'cpu' in parts:
            rows['cpu'] = measure_cpu(server, pictures, options.pictures, options.turns)
        if 'latency' in parts:
            rows['latency'] = asyncio.run(latency(server, pictures, options.pictures, options.seconds))
        if 'overload' in parts:
            rows['overload'] = asyncio.run(overload(server, pictures, options.pictures, options.seconds, options.factor))
    if options.json:
        print(json.dumps({'machine': machine(), **rows}))


async def warm_up(server, pictures):
    caller = Caller(server)
    await closed_loop(caller, pictures.take(5 * CLIENTS), CLIENTS)
    caller.close()


if __name__ == '__main__':
    main()
