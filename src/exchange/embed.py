#!/usr/bin/env python3
"""Turns the report's style and script into a C header: bytes, and the hashes that the content policy names.

usage: embed.py OUT.h NAME=FILE...
"""
import base64
import hashlib
import sys


def main():
    out, pairs = sys.argv[1], [p.split('=', 1) for p in sys.argv[2:]]
    with open(out, 'w', encoding='ascii') as header:
        header.write('/* Made by embed.py; edit the files it names. */\n')
        for name, path in pairs:
            with open(path, 'rb') as source:
                data = source.read()
            digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
            header.write(f'#define TS_REPORT_{name.upper()}_HASH "sha256-{digest}"\n')
            header.write(f'static const char ts_report_{name}[{len(data)}] = {{\n')
            for start in range(0, len(data), 20):
                codes = (str(b if b < 128 else b - 256) for b in data[start:start + 20])
                header.write('    ' + ', '.join(codes) + ',\n')
            header.write('};\n')


main()
