#!/usr/bin/env python3
"""The page over a large library, in Debian's Chromium: first paint, weight, scrolling, search while typing.

usage: web.py [--pictures N] [--folder DIR] [--turns N] [--json]
Keeps a data folder of N pictures (100,000) in DIR (out/bench/web): 60 photographs are uploaded and tagged, the others are
rows of the catalogue with their originals, thumbnails and tags, and with names, times and some more tags of their own. A
folder that is there already is used again. bench/web.mjs measures (playwright-core, which scripts/setup --dev brings) and
tells what each figure is. Wall times need a quiet machine: the load average is printed with them.
"""
import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from common import DEPS, WORK, machine, photographs, served

UPLOADS = 60
MORE_TAGS = 6
YEARS = 12
LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'
WORDS = 'summer garden harbour walk family evening morning snow market old town river journey house north light'.split()


def upload_some(folder):
    with served(folder=folder) as server:
        for path in photographs()[:UPLOADS]:
            status, answer = server.call('POST', f'/api/pictures?name={path.name}', path.read_bytes(),
                                         {'Content-Type': 'image/jpeg'})
            if status not in (200, 201):
                sys.exit(f'bench/web.py: {path.name}: {answer}')
        (folder / 'key').write_text(server.key)


def columns_of(catalog, table):
    return [row[1] for row in catalog.execute(f'PRAGMA table_info({table})')]


def multiply(folder, count):
    """The same pictures under other names and times, with some tags of others beside their own."""
    catalog = sqlite3.connect(folder / 'data/catalog.db')
    names = columns_of(catalog, 'pictures')
    bases = [dict(zip(names, row)) for row in catalog.execute('SELECT * FROM pictures ORDER BY number')]
    tag_names = columns_of(catalog, 'tags')
    tags = {base['number']: [dict(zip(tag_names, row)) for row in catalog.execute(
        'SELECT * FROM tags WHERE picture = ?', (base['number'],))] for base in bases}
    every = [tag for some in tags.values() for tag in some]
    chance, now = random.Random(1), int(time.time() * 1000)
    put_picture = f'INSERT INTO pictures ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})'
    put_tag = f'INSERT OR IGNORE INTO tags ({", ".join(tag_names)}) VALUES ({", ".join("?" * len(tag_names))})'
    for number in range(bases[-1]['number'] + 1, count + 1):
        base = chance.choice(bases)
        taken = now - int(chance.random() ** 1.5 * YEARS * 365.25 * 86400000)
        own = dict(base, number=number, id=''.join(chance.choice(LETTERS) for _ in range(20)), phash=None,
                   name=f'IMG_{number:06d}.jpg', title=' '.join(chance.sample(WORDS, 3)).capitalize(),
                   taken=taken if chance.random() < 0.95 else None, created=now - (count - number) * 60000)
        catalog.execute(put_picture, [own[name] for name in names])
        some = tags[base['number']] + chance.sample(every, MORE_TAGS)
        catalog.execute('INSERT INTO changes (kind, number, id, at) SELECT kind, ?, ?, at FROM changes WHERE number = ? LIMIT 1',
                        (number, own['id'], base['number']))
        catalog.executemany(put_tag, [[dict(tag, picture=number)[name] for name in tag_names] for tag in some])
    catalog.commit()
    catalog.close()
    shutil.rmtree(folder / 'data/index', ignore_errors=True)


def make_library(folder, count):
    if (folder / 'pictures').exists() and int((folder / 'pictures').read_text()) == count:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    upload_some(folder)
    multiply(folder, count)
    (folder / 'pictures').write_text(str(count))


def wait_for_all(server, count):
    """The index is made anew after the first start."""
    while True:
        status, answer = server.call('GET', '/api/search?limit=1')
        if status == 200 and answer['total'] >= count:
            return
        time.sleep(0.5)


def measure(folder, count, turns):
    with served(folder=folder) as server:
        server.key = (folder / 'key').read_text()
        wait_for_all(server, count)
        sdk = DEPS.absolute() / 'sdk'
        done = subprocess.run([sdk / 'bin/node', Path(__file__).with_name('web.mjs'), str(turns)], text=True,
                              stdout=subprocess.PIPE, env={**os.environ, 'TAGSMITH_SDK': str(sdk), 'TAGSMITH_KEY': server.key,
                                                           'TAGSMITH_ADDRESS': f'http://127.0.0.1:{server.port}'})
        if done.returncode:
            sys.exit(f'bench/web.py: the browser ended with {done.returncode}\n{done.stdout}')
        return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pictures', type=int, default=100000)
    parser.add_argument('--folder', type=Path, default=WORK / 'web')
    parser.add_argument('--turns', type=int, default=5)
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    folder = options.folder.absolute()
    make_library(folder, options.pictures)
    before = os.getloadavg()[0]
    figures = measure(folder, options.pictures, options.turns)
    figures['load'] = f'{before:.1f} before, {os.getloadavg()[0]:.1f} after'
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    print(f'{machine()}; load {figures.pop("load")}; {options.pictures:,} pictures')
    for name, figure in figures.items():
        print(f'{name}: {figure}')


if __name__ == '__main__':
    main()
