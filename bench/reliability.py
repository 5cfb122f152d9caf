#!/usr/bin/env python3
"""What becomes of the server when things go wrong, in figures. All but `hostile` use the program with a tagger that
needs no models (ninja -C build tests/cli/tagsmith-fake), so that it is the server that is measured.

usage: reliability.py [--part NAME]... [--rounds N] [--files N] [--rows N] [--turns N] [--json]
kills:   kill -9 at random moments while four clients upload and edit tags (tests/service/test_nothing_lost.py).
poison:  an import of files of which 50 cannot be tagged, beside one without these, turn about: what is done, what is
         named, what the 50 cost.
hostile: the real program imports photographs among ../shared/data/hostile (skipped where that is not).
rows:    a data folder of so many pictures with five tags each: how long until /readyz says 200 after a start that has
         to build the index, a stop, and a kill -9. The rows are copies made in SQL; there are no vectors.
aborted: a thousand uploads cut off in the middle: descriptors, spool files and memory before and after.
deleted: originals removed under the server: what verify says and what a client gets.
"""
import argparse
import csv
import json
import os
import re
import socket
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import (BUILD, ROOT, TEST_DATA, WORK, cpu_seconds, family, machine, repeat_into, resident, served,
                    small_originals, spread, tagsmith)

FAKE = BUILD / 'tests/cli/tagsmith-fake'
POISONOUS = 50


# ---- kills ----------------------------------------------------------------------------------------------------------

def kills(options):
    test = ROOT / 'tests/service/test_nothing_lost.py'
    start = time.monotonic()
    out = subprocess.run([sys.executable, str(test), str(FAKE), 'NothingLost.test_killed_at_any_moment'],
                         env={**os.environ, 'TAGSMITH_ROUNDS': str(options.rounds)}, capture_output=True, text=True)
    found = re.search(r'# (\d+) kills, (\d+) uploads', out.stdout)
    if out.returncode != 0 or not found:
        sys.exit(f'reliability: something was lost\n{out.stdout[-2000:]}{out.stderr[-4000:]}')
    row = {'kills': int(found[1]), 'uploads': int(found[2]), 'lost': 0, 'seconds': time.monotonic() - start}
    print(f'kills: {row["kills"]} rounds, {row["uploads"]} uploads acknowledged, none lost, none twice, verify clean '
          f'({row["seconds"]:.0f} s)', flush=True)
    return row


# ---- poison ---------------------------------------------------------------------------------------------------------

def write_files(folder, count, poisonous):
    """Every count / poisonous-th file cannot be tagged. Returns the names of these."""
    folder.mkdir(parents=True)
    every, bad = count // poisonous if poisonous else count + 1, set()
    for i in range(count):
        name = f'{i:06d}.jpg'
        poison = poisonous and i % every == every // 2
        (folder / name).write_bytes((f'{"bad" if poison else "picture"} {i} ' * 40).encode())
        if poison:
            bad.add(name)
    return bad


def run_import(program, server, folder):
    """(counts by kind, names that failed, names not done, seconds, CPU seconds of the server)"""
    start, cpu = time.monotonic(), cpu_seconds(server.process.pid)
    out = subprocess.run([str(program), 'import', '--json', '--data', str(server.data), str(folder)],
                         capture_output=True, text=True, env=server.environment)
    seconds, cpu = time.monotonic() - start, cpu_seconds(server.process.pid) - cpu
    rows = [json.loads(line) for line in out.stdout.splitlines()]
    counts, failed, seen = {}, set(), set()
    for row in rows:
        counts[row['kind']] = counts.get(row['kind'], 0) + 1
        seen.add(row['path'])
        if row['kind'] == 'failed':
            failed.add(row['path'])
    if server.process.poll() is not None:
        sys.exit(f'reliability: the server ended with {server.process.returncode}: {server.log_tail()}')
    if not rows:
        sys.exit(f'reliability: the import said nothing: {out.stderr[-2000:]}')
    return counts, failed, seen, seconds, cpu


def one_import(folder, count, poisonous):
    folder.mkdir()
    with served(program=FAKE, folder=folder) as server:
        bad = write_files(Path(folder) / 'in', count, poisonous)
        pid = server.process.pid
        counts, failed, _, seconds, cpu = run_import(FAKE, server, Path(folder) / 'in')
        names = {Path(path).name for path in failed}
        if names != bad or sum(counts.values()) != count or pid != server.process.pid:
            sys.exit(f'reliability: {counts}, failed {sorted(names ^ bad)[:5]}')
    good = count - poisonous
    return good / seconds, 1e3 * cpu / good


def print_turn(turn, options, clean, mixed):
    print(f'  poison turn {turn + 1}/{options.turns}: clean {clean[-1]:.0f}/s, mixed {mixed[-1]:.0f}/s',
          file=sys.stderr, flush=True)


def poison(options):
    """What earlier turns wrote stays until the end: a file system that has just removed a thousand files is slow to make
    new ones, and the turn that comes second would pay for it. The first of a turn changes for the same reason."""
    clean, mixed, clean_cpu, mixed_cpu = [], [], [], []
    kinds = [(0, clean, clean_cpu), (POISONOUS, mixed, mixed_cpu)]
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        for turn in range(options.turns):
            for poisonous, rates, cpus in kinds if turn % 2 else reversed(kinds):
                rate, cpu = one_import(Path(folder) / f'{turn}-{poisonous}', options.files, poisonous)
                rates.append(rate)
                cpus.append(cpu)
            print_turn(turn, options, clean, mixed)
    cost = [b / a - 1 for a, b in zip(clean_cpu, mixed_cpu)]
    print(f'poison: {options.files} files, {POISONOUS} poisonous: {options.files - POISONOUS} done, {POISONOUS} named, '
          f'no restart; pictures/s clean {spread(clean)}, with poison {spread(mixed)}; server CPU ms a good picture '
          f'{spread(clean_cpu)} and {spread(mixed_cpu)}, loss {100 * statistics.median(cost):.1f} %', flush=True)
    return {'clean_rate': clean, 'mixed_rate': mixed, 'clean_cpu_ms': clean_cpu, 'mixed_cpu_ms': mixed_cpu}


# ---- hostile --------------------------------------------------------------------------------------------------------

def hostile(options):
    listing = TEST_DATA / 'hostile/expected.tsv'
    if not listing.exists():
        print('hostile: skipped, no test data')
        return None
    with open(listing, newline='') as file:
        expected = {row['file']: row['expect'] for row in csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE)}
    with tempfile.TemporaryDirectory(dir=WORK) as folder, served() as server:
        photographs = repeat_into(Path(folder) / 'in/photographs', small_originals(), len(small_originals()))
        for name in expected:
            target = Path(folder) / 'in/hostile' / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((TEST_DATA / 'hostile' / name).read_bytes())
        counts, failed, seen, seconds, _ = run_import(tagsmith(), server, Path(folder) / 'in')
        lost = [path.name for path in photographs if str(path) in failed]
        root = str(Path(folder) / 'in/hostile') + '/'
        wrong = [name for name, expect in expected.items()
                 if (expect == 'decode' and root + name in failed) or
                    (expect == 'reject' and root + name in seen and root + name not in failed)]
        unseen = len(expected) - sum(root + name in seen for name in expected)
        alive = server.call('GET', '/readyz')[0]
    print(f'hostile: {len(photographs)} photographs among {len(expected)} hostile files: {counts}; photographs lost: '
          f'{lost}; against expectation: {wrong[:8]}; not taken for pictures: {unseen}; readyz {alive}; {seconds:.0f} s',
          flush=True)
    return {'counts': counts, 'lost': lost, 'wrong': wrong, 'unseen': unseen}


# ---- rows -----------------------------------------------------------------------------------------------------------

def copy_rows(database, table, key, template, count, overrides):
    """`count` copies of the template's rows, numbered from template + 1."""
    columns = [row[1] for row in database.execute(f'PRAGMA table_info({table})')]
    row_key = 'seq' if table in ('ledger', 'changes') else None
    names = [name for name in columns if name != row_key]
    values = [overrides.get(name, f't.{name}') for name in names]
    database.execute(
        f'WITH RECURSIVE n(i) AS (SELECT {template + 1} UNION ALL SELECT i + 1 FROM n WHERE i < {template + count}) '
        f'INSERT INTO {table} ({", ".join(names)}) SELECT {", ".join(values)} FROM n, {table} t '
        f'WHERE t.{key} = {template}')


def fill(folder, template, count):
    database = sqlite3.connect(folder / 'catalog.db')
    database.executescript('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;')
    with database:
        copy_rows(database, 'pictures', 'number', template, count,
                  {'number': 'n.i', 'id': "printf('%020d', n.i)", 'sha256': "printf('%064x', n.i)",
                   'phash': 'NULL', 'created': 't.created + n.i', 'updated': 't.updated + n.i'})
        copy_rows(database, 'tags', 'picture', template, count, {'picture': 'n.i'})
        copy_rows(database, 'ledger', 'picture', template, count, {'picture': 'n.i'})
        copy_rows(database, 'changes', 'number', template, count, {'number': 'n.i', 'id': "printf('%020d', n.i)"})
    database.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    tags = database.execute('SELECT count(*) FROM tags').fetchone()[0]
    database.close()
    return tags


def seconds_to_ready(server):
    start = time.monotonic()
    server.start()
    while server.call('GET', '/readyz')[0] != 200:
        time.sleep(0.01)
    return time.monotonic() - start


def most_tags(server):
    """The number of the one of twenty pictures that has the most tags: the fake tagger gives one to five."""
    ids = [server.upload(f'picture {i}'.encode())[1] for i in range(20)]
    best = max(ids, key=lambda picture: len(picture['tags']))
    return best['id']


def rows(options):
    with tempfile.TemporaryDirectory(dir=WORK) as folder, served(program=FAKE, folder=folder) as server:
        empty = []
        chosen = most_tags(server)
        for _ in range(3):
            server.stop()
            empty.append(seconds_to_ready(server))
        server.stop()
        database = sqlite3.connect(server.data / 'catalog.db')
        template = database.execute('SELECT number FROM pictures WHERE id = ?', (chosen,)).fetchone()[0]
        with database:  # the template is the last, so that the copies follow it
            database.execute('DELETE FROM pictures WHERE number > ?', (template,))
            database.execute('DELETE FROM tags WHERE picture > ?', (template,))
            database.execute('DELETE FROM ledger WHERE picture > ?', (template,))
        database.close()
        begin = time.monotonic()
        tags = fill(server.data, template, options.rows)
        filled = time.monotonic() - begin
        for file in (server.data / 'index').glob('*'):
            file.unlink()
        first = seconds_to_ready(server)
        memory = resident(server.process.pid)
        _, found = server.call('GET', '/api/search?q=dog&limit=1')
        server.stop()
        after_stop = seconds_to_ready(server)
        server.kill()
        after_kill = seconds_to_ready(server)
        size = (server.data / 'catalog.db').stat().st_size / 2 ** 20
    row = {'rows': options.rows, 'tags': tags, 'filled': filled, 'empty': statistics.median(empty), 'first': first,
           'after_stop': after_stop, 'after_kill': after_kill, 'memory': memory, 'catalog_mib': size}
    print(f'rows: {options.rows + template} pictures, {tags} tags, catalogue {size:.0f} MiB (made in {filled:.0f} s); '
          f'search for "dog" finds {found.get("total", found)}; ready after {first:.2f} s without a snapshot, '
          f'{after_stop:.2f} s after a stop, {after_kill:.2f} s after kill -9; empty folder {row["empty"]:.2f} s; '
          f'RSS {memory:.0f} MiB', flush=True)
    return row


# ---- aborted --------------------------------------------------------------------------------------------------------

def traces(server):
    """(descriptors of the server and its decoders, files in the spool, RSS in MiB)"""
    descriptors = sum(len(os.listdir(f'/proc/{pid}/fd')) for pid in family(server.process.pid))
    spool = sum(1 for path in (server.data / 'spool').rglob('*') if path.is_file())
    return descriptors, spool, resident(server.process.pid)


def abort(server, number):
    """Two of three megabytes, then gone: every other time without a word (a reset)."""
    size = 3 << 20
    with socket.create_connection(('127.0.0.1', server.port), timeout=10) as s:
        s.sendall(f'POST /api/pictures HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.key}\r\n'
                  f'Content-Type: image/jpeg\r\nContent-Length: {size}\r\n\r\n'.encode())
        s.sendall(os.urandom(1 << 16) * 32)
        if number % 2:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))


def settle(server, descriptors):
    """What is left when the server has noticed that they are gone, or after 20 s; and how long that took."""
    start = time.monotonic()
    left = traces(server)
    while left[0] > descriptors and time.monotonic() - start < 20:
        time.sleep(0.05)
        left = traces(server)
    return left, time.monotonic() - start


def aborted(options, count=1000, at_once=50):
    """In waves, so that memory shows what each leaves and not how many were open at the same time."""
    with served(program=FAKE) as server:
        descriptors, waves = traces(server)[0], []
        for wave in range(count // at_once + 2):
            for i in range(at_once):
                abort(server, i)
            left, settled = settle(server, descriptors)
            waves.append(left)
        before, after = (descriptors, *waves[1][1:]), waves[-1]
        _, page = server.call('GET', '/api/pictures')
        good = server.upload(b'picture after all that')[0]
    print(f'aborted: {count} uploads cut off: descriptors {before[0]} before, {after[0]} after; spool files {before[1]}, '
          f'{after[1]}; RSS {before[2]:.1f} and {after[2]:.1f} MiB; the last wave was gone after {settled:.1f} s; pictures kept '
          f'{len(page["pictures"])}; the next upload {good}', flush=True)
    return {'before': before, 'after': after, 'settled': settled, 'rss': [wave[2] for wave in waves]}


# ---- deleted --------------------------------------------------------------------------------------------------------

def deleted(options, count=50, gone=10):
    with served(program=FAKE) as server:
        made = [server.upload(f'picture {i}'.encode() * 30)[1] for i in range(count)]
        for picture in made[:gone]:
            name = picture['sha256']
            for path in (server.data / 'originals').rglob('*'):
                if path.is_file() and path.name.startswith(name):
                    path.unlink()
        findings = server.verify()
        answers = {}
        for picture in made:
            status, content = server.call('GET', f'/api/pictures/{picture["id"]}/original')
            code = content.get('code') if isinstance(content, dict) else ''
            answers[(status, code)] = answers.get((status, code), 0) + 1
        repaired = server.upload('picture 0'.encode() * 30)
        again = server.call('GET', f'/api/pictures/{made[0]["id"]}/original')[0]
    print(f'deleted: {gone} of {count} originals removed: verify names {len(findings)}, such as {findings[:1]}; GET original '
          f'{answers}; the same picture uploaded again: {repaired[0]}, its original then {again}', flush=True)
    return {'findings': len(findings), 'answers': {str(k): v for k, v in answers.items()}, 'again': again}


PARTS = {'kills': kills, 'poison': poison, 'hostile': hostile, 'rows': rows, 'aborted': aborted, 'deleted': deleted}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--part', choices=PARTS, action='append')
    parser.add_argument('--rounds', type=int, default=100)
    parser.add_argument('--files', type=int, default=10000)
    parser.add_argument('--rows', type=int, default=1000000)
    parser.add_argument('--turns', type=int, default=3)
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    if not FAKE.exists():
        sys.exit(f'reliability: there is no {FAKE}; run ninja -C {BUILD} tests/cli/tagsmith-fake')
    WORK.mkdir(parents=True, exist_ok=True)
    print(f'reliability on {machine()}; load average {os.getloadavg()[0]:.1f}', flush=True)
    results = {name: PARTS[name](options) for name in options.part or PARTS}
    if options.json:
        print(json.dumps({'machine': machine(), **results}))


if __name__ == '__main__':
    main()
