#!/usr/bin/env python3
"""What a dialect costs: processor time a picture of uploads by Cloudinary's Upload API, signed, and by ImageKit's, beside the
same pictures as the same kind of form by our own API, turn about on one server with the real networks. Aim: 5 % more at most.

usage: dialects.py [--turns N] [--pictures N] [--ways NAME,NAME] [--json]
cloudinary: tags and nothing else asked for; "full" with detection, auto_tagging, categorization and colours, which answer
with everything that was seen. imagekit: likewise; "extensions" with tagging, a description, tasks and checks. Processor time
of the server and its decoders: says the same on a busy machine.
"""
import argparse
import asyncio
import base64
import hashlib
import json
import os
import sys
import time

from common import cpu_seconds, machine, served, spread
from serving import CLIENTS, Caller, Pictures, closed_loop, load, statuses

BOUNDARY = 'cut-here'
EXTENSIONS = {'extensions': json.dumps([{'name': 'google-auto-tagging', 'minConfidence': 50, 'maxTags': 10},
                                        {'name': 'ai-auto-description'},
                                        {'name': 'ai-tasks', 'tasks': [
                                            {'type': 'select_tags', 'instruction': 'Which?',
                                             'vocabulary': ['dog', 'cat', 'person', 'car', 'food']},
                                            {'type': 'yes_no', 'instruction': 'Is there a dog?'}]}]),
              'checks': '"file.size" < "50mb" AND "mediaMetadata.width" > 1'}
FULL = {'detection': 'coco,captioning', 'auto_tagging': '0.6', 'categorization': 'google_tagging', 'colors': '1'}


def form(fields, content):
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    return b''.join([*parts, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
                     'Content-Type: image/jpeg\r\n\r\n'.encode(), content, f'\r\n--{BOUNDARY}--\r\n'.encode()])


class Way(Caller):
    """Uploads of one kind, whatever path is asked for: here, by our own API."""
    target = '/api/pictures'

    def __init__(self, server, key, more=None):
        super().__init__(server)
        self.key, self.more = key, more or {}

    def who(self):
        return f'Authorization: Bearer {self.key["key"]}\r\n'

    def fields(self):
        return {'tags': 'bench'}

    async def call(self, method, target, body=b''):
        body = form(self.fields(), body)
        head = (f'POST {self.target} HTTP/1.1\r\nHost: localhost\r\n{self.who()}Content-Type: multipart/form-data; '
                f'boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n').encode()
        start = time.monotonic()
        reader, writer = await self.connect()
        writer.write(head + body)
        fields = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').lower()
        await reader.readexactly(int(fields.split('content-length:')[1].split('\r\n')[0]))
        self.free.append((reader, writer))
        return int(fields.split()[1]), time.monotonic() - start


class Cloudinary(Way):
    target = '/v1_1/bench/image/upload'

    def who(self):
        return ''

    def fields(self):
        params = {'tags': 'bench', 'timestamp': str(int(time.time())), **self.more}
        text = '&'.join(f'{name}={value}' for name, value in sorted(params.items())) + self.key['secret']
        return {**params, 'api_key': self.key['id'], 'signature': hashlib.sha1(text.encode()).hexdigest()}


class ImageKit(Way):
    target = '/api/v1/files/upload'

    def who(self):
        return f'Authorization: Basic {base64.b64encode((self.key["secret"] + ":").encode()).decode()}\r\n'

    def fields(self):
        return {'tags': 'bench', 'fileName': 'a.jpg', **self.more}


def cpu_of(server, way, contents):
    """CPU ms a picture."""
    before = cpu_seconds(server.process.pid)

    async def run():
        out, _ = await closed_loop(way, contents, CLIENTS)
        way.close()
        way.free = []
        return out
    results = asyncio.run(run())
    if any(status not in (200, 201) for status, _ in results):
        sys.exit(f'dialects: answers {statuses(status for status, _ in results)}')
    return 1e3 * (cpu_seconds(server.process.pid) - before) / len(contents)


def measure(server, count, turns, names):
    status, key = server.call('POST', '/api/keys', {'name': 'bench', 'rate_per_minute': 1000000})
    if status != 201:
        sys.exit(f'dialects: no key: {status}')
    pictures, rows = Pictures(), []
    ways = {'own': Way(server, key), 'cloudinary': Cloudinary(server, key), 'full': Cloudinary(server, key, FULL),
            'imagekit': ImageKit(server, key), 'extensions': ImageKit(server, key, EXTENSIONS)}
    ways = {name: way for name, way in ways.items() if name == 'own' or name in names}
    for way in ways.values():
        cpu_of(server, way, pictures.take(CLIENTS))
    for turn in range(turns):
        row = {name: cpu_of(server, way, pictures.take(count)) for name, way in ways.items()}
        rows.append(row)
        print(f'  turn {turn + 1}/{turns}: ' + ', '.join(f'{name} {ms:.2f} ms' for name, ms in row.items()),
              file=sys.stderr, flush=True)
    return rows


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--turns', type=int, default=5)
    options.add_argument('--pictures', type=int, default=150)
    options.add_argument('--ways', default='cloudinary,full,imagekit,extensions')
    options.add_argument('--json', action='store_true')
    chosen = options.parse_args()
    print(machine())
    with served() as server:
        names = chosen.ways.split(',')
        rows = measure(server, chosen.pictures, chosen.turns, names)
    for name in names:
        print(f'{name}: CPU ms a picture {spread([row[name] for row in rows])}, own API '
              f'{spread([row["own"] for row in rows])}, ratio {spread([row[name] / row["own"] for row in rows])}   ({load()})')
    if chosen.json:
        print(json.dumps(rows))


if __name__ == '__main__':
    os.environ.setdefault('PYTHONDONTWRITEBYTECODE', '1')
    main()
