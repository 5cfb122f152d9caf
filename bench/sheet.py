#!/usr/bin/env python3
"""Tags judged by people: a sheet of tags drawn at random, with decoys among them, and what two filled sheets say.

usage: sheet.py draw OUT [--pictures FOLDER]... [--tags 300] [--decoys 0.2] [--seed 1]
       sheet.py score OUT/key.tsv FIRST.tsv SECOND.tsv [--json]
       sheet.py merge OUT FIRST.tsv SECOND.tsv --number N [--into docs/judged-tags.tsv]

draw tags the pictures with the program's defaults, draws so many tags, each picture and tag at most once, adds decoys (that share of
all rows), and writes
    OUT/sheet.tsv    row, picture, tag, two empty columns: right (y, n, ?) and keep (y, n)
    OUT/sheet.html   the same with thumbnails, to look at; its buttons fill the columns and give the TSV back
    OUT/key.tsv      row, kind (tag or decoy), concept, confidence, state: not for the reviewers
The sheet shows neither confidence nor state nor order of the tags, and its rows are shuffled. A decoy is a tag that another picture
of the run has and this one, its ancestors and its kinds have not; each is drawn as often as tags of its facet are, so that a facet
betrays nothing. A reviewer who says yes to decoys is not looking.

right: the picture shows it. keep: a person would want it among the tags of this picture. score gives for each reviewer and for both
together the share of tags that are right and that are kept, with 90 % intervals (Wilson; tags of one picture hang together, so they
are a little too narrow), the share of decoys that passed, and Cohen's kappa of the two over all rows. "?" counts as wrong for `right`
(and is told apart) and leaves the row out of kappa. Both together: right where both say so.

merge adds the rows of a sheet, both reviewers' verdicts beside each other, to the table of all judged tags, as sheet number N, which the
table must not have yet.
"""
import argparse
import base64
import collections
import csv
import html
import io
import json
import random
import sys
from pathlib import Path

from common import ROOT, TEST_DATA, run_tagsmith, wilson

FOLDERS = ('coco', 'imagenet', 'art_and_scenes', 'lowlight', 'clothing')
ENDINGS = {'.jpg', '.jpeg', '.png', '.webp'}
COLUMNS = ('row', 'picture', 'tag', 'right', 'keep')
KEY_COLUMNS = ('row', 'kind', 'concept', 'confidence', 'state')


# ---- drawing ----------------------------------------------------------------------------------------------------

def pictures_in(folders):
    found = sorted(path for folder in folders for path in folder.rglob('*') if path.suffix.lower() in ENDINGS)
    if not found:
        sys.exit('sheet: no pictures; name a folder with --pictures or set TAGSMITH_TESTDATA')
    return found


def family(tag):
    return {tag['concept'], *tag.get('ancestors', ())}


def is_decoy_for(tag, record):
    """No tag of the picture is the concept, above it or below it."""
    return not any(tag['concept'] in family(own) or own['concept'] in family(tag) for own in record['tags'])


def draw_decoy(rng, facet, by_facet, records, taken):
    """(record, tag), or None where this facet has none."""
    for _ in range(1000):
        tag, record = rng.choice(by_facet[facet]), rng.choice(records)
        if (record['path'], tag['concept']) not in taken and is_decoy_for(tag, record):
            return record, tag
    return None


def draw(records, count, share, seed):
    """[(kind, record, tag)], shuffled."""
    rng = random.Random(seed)
    all_tags = [(record, tag) for record in records for tag in record['tags']]
    drawn = [('tag', *pair) for pair in rng.sample(all_tags, min(count, len(all_tags)))]
    by_facet = collections.defaultdict(list)
    for _, tag in all_tags:
        by_facet[tag['facet']].append(tag)
    taken = {(record['path'], tag['concept']) for _, record, tag in drawn}
    wanted = round(len(drawn) * share / (1 - share))
    decoys = []
    for _ in range(wanted * 20):
        if len(decoys) == wanted:
            break
        found = draw_decoy(rng, rng.choice(drawn)[2]['facet'], by_facet, records, taken)
        if found:
            decoys.append(('decoy', *found))
            taken.add((found[0]['path'], found[1]['concept']))
    rows = drawn + decoys
    rng.shuffle(rows)
    return rows


def write_tsv(path, columns, rows):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        file.write('\t'.join(columns) + '\n')
        for row in rows:
            file.write('\t'.join(' '.join(str(cell).split()) for cell in row) + '\n')


def name_of(path, roots):
    """As a reviewer reads it: below the folder's parent."""
    for root in roots:
        if root in Path(path).parents:
            return str(Path(path).relative_to(root.parent))
    return Path(path).name


def thumbnail(path, side=320):
    from PIL import Image, ImageOps
    with Image.open(path) as picture:
        small = ImageOps.exif_transpose(picture).convert('RGB')
    small.thumbnail((side, side))
    out = io.BytesIO()
    small.save(out, 'JPEG', quality=80)
    return 'data:image/jpeg;base64,' + base64.b64encode(out.getvalue()).decode()


PAGE = '''<!doctype html><meta charset="utf-8"><title>Tags to judge</title>
<style>body{font:16px/1.4 system-ui;margin:1em auto;max-width:60em}li{display:flex;gap:1em;align-items:center;margin:.7em 0}
img{width:320px;max-height:320px;object-fit:contain}b{font-size:1.3em}fieldset{border:0;padding:0}textarea{width:100%;height:8em}</style>
<h1>Tags to judge</h1><p>Right: the picture shows it. Keep: you would want it among this picture's tags. When in doubt, "?".
Some rows are wrong on purpose.</p><ol>'''
SCRIPT = '''</ol><p><button onclick="give()">The filled sheet</button></p><textarea id="out" readonly></textarea><script>
function give(){let t=%s;document.querySelectorAll("li").forEach(l=>{let v=n=>{let c=l.querySelector(`input[name="${n}${l.id}"]:checked`);
return c?c.value:""};t+=[l.id.slice(1),l.dataset.picture,l.dataset.tag,v("right"),v("keep")].join("\\t")+"\\n"});
document.getElementById("out").value=t}</script>
'''


def choice(row, name, values):
    inputs = ' '.join(f'<label><input type="radio" name="{name}r{row}" value="{value}">{value}</label>' for value in values)
    return f'<fieldset>{name} {inputs}</fieldset>'


def write_page(path, rows, pictures):
    """rows: (row, picture, tag); pictures: their data addresses."""
    items = []
    for (row, picture, tag), address in zip(rows, pictures):
        items.append(f'<li id="r{row}" data-picture="{html.escape(picture)}" data-tag="{html.escape(tag)}"><img alt="" src="{address}">'
                     f'<div><b>{html.escape(tag)}</b>{choice(row, "right", "yn?")}{choice(row, "keep", "yn")}</div></li>')
    path.write_text(PAGE + '\n'.join(items) + SCRIPT % json.dumps('\t'.join(COLUMNS) + '\n'), encoding='utf-8')


def draw_part(options):
    folders = [Path(folder).resolve() for folder in options.pictures or [TEST_DATA / name for name in FOLDERS]]
    _, lines = run_tagsmith(pictures_in([folder for folder in folders if folder.is_dir()]))
    records = sorted((record for _, record in lines if record.get('tags')), key=lambda record: record['path'])
    rows = draw(records, options.tags, options.decoys, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    shown = [(i + 1, name_of(record['path'], folders), tag['label']) for i, (_, record, tag) in enumerate(rows)]
    write_tsv(options.out / 'sheet.tsv', COLUMNS, [(*row, '', '') for row in shown])
    write_tsv(options.out / 'key.tsv', KEY_COLUMNS,
              [(i + 1, kind, tag['concept'], f'{tag["confidence"]:.3f}' if kind == 'tag' else '', tag['state'] if kind == 'tag' else '')
               for i, (kind, _, tag) in enumerate(rows)])
    write_page(options.out / 'sheet.html', shown, [thumbnail(record['path']) for _, record, _ in rows])
    print(f'{len(rows)} rows from {len(records)} pictures: {options.out}/sheet.tsv, sheet.html; key.tsv is not for the reviewers')


# ---- scoring ----------------------------------------------------------------------------------------------------

def read_tsv(path):
    with open(path, encoding='utf-8', newline='') as file:
        return {row['row']: row for row in csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE)}


def read_filled(path, key):
    """row -> (right, keep), each y, n or ?"""
    sheet = read_tsv(path)
    missing = [row for row in key if row not in sheet]
    if missing:
        sys.exit(f'sheet: {path} lacks row {missing[0]}')
    filled = {}
    for row in key:
        answers = tuple((sheet[row].get(name) or '').strip().lower()[:1] for name in ('right', 'keep'))
        if answers[0] not in ('y', 'n', '?') or answers[1] not in ('y', 'n'):
            sys.exit(f'sheet: {path}, row {row}: right must be y, n or ?, keep y or n')
        filled[row] = answers
    return filled


def share_of(hits, total):
    low, high = wilson(hits, total)
    return {'share': round(hits / total, 4) if total else None, 'interval': [round(low, 4), round(high, 4)], 'of': total}


def kappa(first, second):
    """Cohen's, of two lists of equal length; None where chance alone would agree."""
    count = len(first)
    if not count:
        return None
    agreed = sum(a == b for a, b in zip(first, second)) / count
    chance = sum(first.count(value) * second.count(value) for value in set(first) | set(second)) / count ** 2
    return round((agreed - chance) / (1 - chance), 4) if chance < 1 else None


def figures(key, says):
    """says: row -> (right, keep) as y, n or ?"""
    tags = [row for row in key if key[row]['kind'] == 'tag']
    decoys = [row for row in key if key[row]['kind'] == 'decoy']
    return {'right': share_of(sum(says[row][0] == 'y' for row in tags), len(tags)),
            'kept': share_of(sum(says[row][1] == 'y' for row in tags), len(tags)),
            'decoys passed': share_of(sum(says[row][0] == 'y' for row in decoys), len(decoys)),
            'in doubt': sum(says[row][0] == '?' for row in tags)}


def both(first, second):
    return {row: tuple('y' if a == b == 'y' else 'n' for a, b in zip(first[row], second[row])) for row in first}


def score(key, first, second):
    sure = [row for row in key if '?' not in (first[row][0], second[row][0])]
    return {'first': figures(key, first), 'second': figures(key, second), 'both': figures(key, both(first, second)),
            'kappa right': kappa([first[row][0] for row in sure], [second[row][0] for row in sure]),
            'kappa keep': kappa([first[row][1] for row in key], [second[row][1] for row in key])}


def score_part(options):
    key = read_tsv(options.key)
    result = score(key, read_filled(options.first, key), read_filled(options.second, key))
    if options.json:
        print(json.dumps(result))
        return
    for who in ('first', 'second', 'both'):
        line = [f'{name} {value["share"]:.1%} ({value["interval"][0]:.1%}-{value["interval"][1]:.1%} of {value["of"]})'
                for name, value in result[who].items() if name != 'in doubt' and value['share'] is not None]
        print(f'{who:7}' + ', '.join(line) + f', in doubt {result[who]["in doubt"]}')
    print(f'kappa   right {result["kappa right"]}, keep {result["kappa keep"]}')


# ---- the table of all that was judged ---------------------------------------------------------------------------

JUDGED_COLUMNS = ('sheet', 'row', 'picture', 'tag', 'kind', 'concept', 'confidence', 'state',
                  'first_right', 'first_keep', 'second_right', 'second_keep')


def judged_rows(number, sheet, key, first, second):
    for row in sorted(key, key=int):
        said, what = sheet[row], key[row]
        yield (number, row, said['picture'], said['tag'], what['kind'], what['concept'], what['confidence'], what['state'],
               *first[row], *second[row])


def merge_part(options):
    sheet, key = read_tsv(options.out / 'sheet.tsv'), read_tsv(options.out / 'key.tsv')
    first, second = read_filled(options.first, key), read_filled(options.second, key)
    with open(options.into, encoding='utf-8', newline='') as file:
        table = list(csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE))
    if any(line['sheet'] == str(options.number) for line in table):
        sys.exit(f'sheet: {options.into} has a sheet {options.number} already')
    old = [[line[name] for name in JUDGED_COLUMNS] for line in table]
    write_tsv(options.into, JUDGED_COLUMNS, old + list(judged_rows(options.number, sheet, key, first, second)))
    print(f'{len(key)} rows of sheet {options.number} added to {options.into}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest='part', required=True)
    drawing = parts.add_parser('draw')
    drawing.add_argument('out', type=Path)
    drawing.add_argument('--pictures', action='append')
    drawing.add_argument('--tags', type=int, default=300)
    drawing.add_argument('--decoys', type=float, default=0.2)
    drawing.add_argument('--seed', type=int, default=1)
    scoring = parts.add_parser('score')
    for name in ('key', 'first', 'second'):
        scoring.add_argument(name, type=Path)
    scoring.add_argument('--json', action='store_true')
    merging = parts.add_parser('merge')
    for name in ('out', 'first', 'second'):
        merging.add_argument(name, type=Path)
    merging.add_argument('--number', type=int, required=True)
    merging.add_argument('--into', type=Path, default=ROOT / 'docs' / 'judged-tags.tsv')
    options = parser.parse_args()
    {'draw': draw_part, 'score': score_part, 'merge': merge_part}[options.part](options)


if __name__ == '__main__':
    main()
