#!/usr/bin/env python3
"""Builds the web page and puts its files into a C header, so that the program has it wherever it runs.

usage: embed.py OUT.h DEPFILE DEPS SCHEMAS.json...
Types of the server's answers are made from the schemas that the server itself checks with: a page that reads a member that
there is not does not build. Without the packages of `scripts/setup` the header is empty, and the server has no page.
"""
import gzip
import json
import mimetypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = ('index.html', 'package.json', 'tsconfig.json', 'vite.config.ts', 'src', 'public')
TEXTS = {'.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml'}


def sources():
    for name in SOURCES:
        path = HERE / name
        yield from [path] if path.is_file() else sorted(p for p in path.rglob('*') if p.is_file())


def write_document(path, schemas):
    merged = {}
    for schema in schemas:
        merged.update(json.loads(Path(schema).read_text()))
    merged.pop('PathParameters', None)
    path.write_text(json.dumps({'openapi': '3.1.0', 'info': {'title': 'Tagsmith', 'version': '0'}, 'paths': {},
                                'components': {'schemas': merged}}))


def run(folder, deps, *command):
    path = f'{deps}/node/bin:{os.environ.get("PATH", "")}'
    done = subprocess.run([deps / 'node/bin/node', *command], cwd=folder, env={**os.environ, 'PATH': path},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(done.stdout)


def build(folder, deps, schemas):
    """The folder of what the browser gets."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in SOURCES:
        (shutil.copy if (HERE / name).is_file() else shutil.copytree)(HERE / name, folder / name)
    (folder / 'node_modules').symlink_to(deps / 'web/node_modules')
    write_document(folder / 'openapi.json', schemas)
    run(folder, deps, 'node_modules/openapi-typescript/bin/cli.js', 'openapi.json', '-o', 'src/openapi.d.ts')
    run(folder, deps, 'node_modules/typescript/bin/tsc', '--noEmit')
    run(folder, deps, 'node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn')
    return folder / 'dist'


def put_bytes(header, name, data):
    header.write(f'static const unsigned char {name}[{len(data)}] = {{\n')
    for start in range(0, len(data), 24):
        header.write('    ' + ', '.join(map(str, data[start:start + 24])) + ',\n')
    header.write('};\n')


def embed(out, files):
    """files: (path below the root, its bytes)"""
    rows = []
    with open(out, 'w', encoding='ascii') as header:
        header.write('/* Made by embed.py from web/; edit that. */\n')
        for number, (path, data) in enumerate(files):
            kind = TEXTS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or 'application/octet-stream'
            packed = gzip.compress(data, 9, mtime=0) if path.suffix in TEXTS else b''
            put_bytes(header, f'web_{number}', data)
            put_bytes(header, f'web_{number}_gzip', packed or b'\0')
            charset = '; charset=utf-8' if path.suffix in ('.html', '.js', '.css') else ''
            rows.append(f'    {{"/{path.as_posix()}", "{kind}{charset}", web_{number}, {len(data)}, web_{number}_gzip, '
                        f'{len(packed)}}},\n')
        header.write('static const ts_web_file ts_web_files[] = {\n' + ''.join(rows) + '    {0},\n};\n')


def main():
    out, depfile, deps, schemas = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]).resolve(), sys.argv[4:]
    complete = deps / 'web/.complete'
    files = []
    if complete.exists():
        dist = build(out.parent / 'web.build', deps, schemas)
        files = [(p.relative_to(dist), p.read_bytes()) for p in sorted(dist.rglob('*')) if p.is_file()]
    else:
        print('embed.py: no page: its packages are missing (scripts/setup installs them)')
    embed(out, files)
    needs = [*map(str, sources()), *schemas, __file__, *([str(complete)] if complete.exists() else [])]
    depfile.write_text(f'{out}: ' + ' '.join(str(path).replace(' ', '\\ ') for path in needs) + '\n')


main()
