#!/usr/bin/env python3
"""Puts what the api room serves into a C header: all schemas as one JSON object, and the style of the readable page.

usage: embed.py OUT.h STYLE.css SCHEMAS.json...
"""
import json
import sys


def no_twins(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise SystemExit(f'embed.py: a name stands twice among {names}')
    return dict(pairs)


def put(header, name, data):
    header.write(f'static const char {name}[{len(data)}] = {{\n')
    for start in range(0, len(data), 20):
        codes = (str(b if b < 128 else b - 256) for b in data[start:start + 20])
        header.write('    ' + ', '.join(codes) + ',\n')
    header.write('};\n')


def main():
    out, style, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    schemas = []
    for path in files:
        with open(path, encoding='utf-8') as source:
            schemas += json.load(source, object_pairs_hook=no_twins).items()
    merged = json.dumps(no_twins(schemas), ensure_ascii=False, separators=(',', ':'))
    with open(out, 'w', encoding='ascii') as header:
        header.write('/* Made by embed.py; edit the files it names. */\n')
        put(header, 'ts_api_schemas_json', merged.encode())
        with open(style, 'rb') as source:
            put(header, 'ts_api_docs_css', source.read())


main()
