#!/usr/bin/env python3
"""Attributes on pictures, through `tagsmith tag --json` at default settings.

usage: attributes.py [--part quality|places|style|people]... [--json] [--wrong]
  quality   blur, noise and exposure on degraded copies of photographs: the area under the curve of each measure, degraded
            against original, and how often the tag is said of either
  places    scenes, times and activities against what a person saw (bench/truth/attributes.tsv)
  style     photograph, screenshot or artwork, against the folders of the shared samples
  people    nobody, one, two, three and more, against the boxes of COCO
Shares with 90 % Wilson intervals. --wrong names the pictures.
"""
import argparse
import collections
import json
import math
import sys
from pathlib import Path

from common import PICTURE_ENDINGS, ROOT, TEST_DATA, WORK, run_tagsmith, wilson

PLACE_FACETS = ('scene', 'time', 'activity')
FROM_THE_CLOCK = {f'time/{name}' for name in ('spring summer autumn winter morning afternoon noon evening january february '
                                             'march april may june july august september october november december').split()}


def rows(path):
    lines = [line for line in Path(path).read_text(encoding='utf-8').splitlines() if not line.startswith('#')]
    return [line.split('\t') for line in lines]


def share(hits, total):
    low, high = wilson(hits, total)
    return {'hits': hits, 'of': total, 'share': round(hits / max(1, total), 4), 'low': round(low, 4), 'high': round(high, 4)}


def text(row):
    return f'{100 * row["share"]:.1f} % ({row["hits"]}/{row["of"]}, 90 %: {100 * row["low"]:.1f}-{100 * row["high"]:.1f})'


def pictures(*folders):
    return [p for folder in folders for p in sorted((TEST_DATA / folder).glob('*')) if p.suffix.lower() in
            PICTURE_ENDINGS | {'.bmp'}]


def records_of(paths):
    _, lines = run_tagsmith(['-l', 'none', '--', *paths])
    return {Path(record['path']): record for _, record in lines if 'error' not in record}


def tags_of(record, state=None):
    return {t['concept']: t for t in record['tags'] if state in (None, t['state'])}


# ---- quality ----

def degradations():
    """name -> (function of a Pillow picture, measure, sign: +1 where the fault raises it, tag)"""
    import numpy as np
    from PIL import Image, ImageFilter

    def noisy(sigma):
        def apply(picture, seed):
            pixels = np.asarray(picture, np.float32)
            grain = np.random.default_rng(seed).normal(0, sigma, pixels.shape)
            return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
        return apply

    def lit(stops):
        """Exposure as a sensor has it: in linear light, clipped, back through the sRGB curve."""
        values = np.arange(256) / 255
        linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4) * 2.0 ** stops
        linear = np.clip(linear, 0, 1)
        curve = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
        table = [round(255 * v) for v in curve] * 3
        return lambda picture, seed: picture.point(table)

    def blurred(sigma):
        return lambda picture, seed: picture.filter(ImageFilter.GaussianBlur(sigma))

    def curved(gamma):
        table = [round(255 * (v / 255) ** gamma) for v in range(256)] * 3
        return lambda picture, seed: picture.point(table)

    out = {}
    for sigma in (2, 3, 4):
        out[f'blur {sigma}'] = (blurred(sigma), 'sharpness', -1, 'quality/blurred')
    for sigma in (20, 25, 30):
        out[f'noise {sigma}'] = (noisy(sigma), 'noise', 1, 'quality/noisy')
    for stops in (-3, -2):
        out[f'exposure {stops}'] = (lit(stops), 'exposure', -1, 'quality/underexposed')
    for stops in (2, 3):
        out[f'exposure +{stops}'] = (lit(stops), 'exposure', 1, 'quality/overexposed')
    out['gamma 3'] = (curved(3), 'exposure', -1, 'quality/underexposed')
    out['gamma 0.33'] = (curved(0.33), 'exposure', 1, 'quality/overexposed')
    return out


def auc(bad, good):
    """Share of pairs in the right order, and a 90 % interval after Hanley and McNeil (1982)."""
    pairs = sum((b > g) + 0.5 * (b == g) for b in bad for g in good)
    a = pairs / (len(bad) * len(good))
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    variance = (a * (1 - a) + (len(bad) - 1) * (q1 - a * a) + (len(good) - 1) * (q2 - a * a)) / (len(bad) * len(good))
    reach = 1.6449 * math.sqrt(max(0, variance))
    return {'auc': round(a, 4), 'low': round(max(0, a - reach), 4), 'high': round(min(1, a + reach), 4)}


def degraded(originals, name, change):
    from PIL import Image
    folder = WORK / 'degraded' / name.replace(' ', '-').replace('+', 'plus-')
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for seed, source in enumerate(originals):
        target = folder / (source.stem + '.jpg')
        if not target.exists():
            change(Image.open(source).convert('RGB'), seed).save(target, quality=95)
        out.append(target)
    return out


def quality():
    originals = pictures('coco')[::2] + pictures('imagenet')[::2]
    clean = degraded(originals, 'none', lambda picture, seed: picture)
    before = records_of(clean)
    result = {'pictures': len(before)}
    for name, (change, measure, sign, tag) in degradations().items():
        after = records_of(degraded(originals, name, change))
        row = auc([sign * r['quality'][measure] for r in after.values()],
                  [sign * r['quality'][measure] for r in before.values()])
        row['said of it'] = share(sum(tag in tags_of(r) for r in after.values()), len(after))
        row['said of originals'] = share(sum(tag in tags_of(r) for r in before.values()), len(before))
        result[name] = row
    return result, {}


# ---- places ----

def parents():
    return {row[0]: [p for p in row[3].split(',') if p] for row in rows(ROOT / 'vocab/concepts.tsv')[1:]}


def with_ancestors(concepts, above):
    found, queue = set(), list(concepts)
    while queue:
        concept = queue.pop()
        if concept and concept not in found:
            found.add(concept)
            queue += above.get(concept, ())
    return found


def places():
    above = parents()
    where = {p.name: p for p in pictures('coco', 'imagenet', 'art_and_scenes', 'lowlight')}
    truth = {row[0]: row[1:] for row in rows(ROOT / 'bench/truth/attributes.tsv')[1:] if row[0] in where}
    records = {p.name: r for p, r in records_of([where[name] for name in truth]).items()}
    said, right, there = (collections.Counter() for _ in range(3))
    wrong = collections.defaultdict(list)
    for name, record in records.items():
        side, scenes, times, activities = truth[name]
        real = with_ancestors(f'{scenes}|{times}|{activities}|'.split('|') + ([f'scene/{side}'] if side else []), above)
        there.update(real)
        for concept, tag in tags_of(record).items():
            if tag['facet'] not in PLACE_FACETS or concept in FROM_THE_CLOCK or concept in ('scene/indoors', 'scene/outdoors') and not side:
                continue
            for key in {concept, tag['facet'], f'{tag["facet"]} {tag["state"]}'}:
                said[key] += 1
                right[key] += concept in real
            if concept not in real:
                wrong[concept].append(name)
    result = {'pictures': len(records)}
    for key in sorted(said):
        result[key] = {'right': share(right[key], said[key])}
        if '/' in key:
            result[key]['found'] = share(right[key], there[key])
    return result, wrong


# ---- style ----

DRAWN = {'style/artwork', 'style/illustration', 'style/drawing', 'style/painting'}
DRAWINGS_AMONG_PHOTOGRAPHS = {'000000006614.jpg', '000000085329.jpg', '000000530836.jpg', '000000008629.jpg'}


def style_of(record):
    """The likeliest of the three that it says."""
    tags = tags_of(record)
    found = {kind: max((tags[c]['confidence'] for c in concepts if c in tags), default=0) for kind, concepts in
             {'photograph': {'style/photograph'}, 'screenshot': {'style/screenshot'}, 'artwork': DRAWN}.items()}
    return max(found, key=found.get) if max(found.values()) > 0 else 'none'


def style():
    kinds = {'photograph': [p for p in pictures('coco', 'imagenet', 'lowlight') + pictures('art_and_scenes')
                            if p.name not in DRAWINGS_AMONG_PHOTOGRAPHS and not p.name.startswith('art_')],
             'screenshot': pictures('screenshots'),
             'artwork': [p for p in pictures('art_and_scenes') if p.name.startswith('art_')]}
    result, wrong = {}, {}
    for kind, paths in kinds.items():
        verdicts = {p.name: style_of(r) for p, r in records_of(paths).items()}
        result[kind] = share(sum(v == kind for v in verdicts.values()), len(verdicts))
        wrong[kind] = [f'{name}: {v}' for name, v in verdicts.items() if v != kind]
    return result, wrong


# ---- people ----

COUNTS = {0: 'people/nobody', 1: 'people/one-person', 2: 'people/two-people', 3: 'people/three-people'}


def people():
    boxes = json.loads((TEST_DATA / 'coco/boxes.json').read_text())
    entries = boxes.get('pictures', boxes.get('images', boxes)) if isinstance(boxes, dict) else boxes
    counts = {name: sum((b.get('class') or b.get('label') or b.get('category')) == 'person' for b in e['boxes'])
              for name, e in entries.items()}
    records = {p.name: r for p, r in records_of(pictures('coco')).items() if p.name in counts}
    said, right, there = (collections.Counter() for _ in range(3))
    wrong = collections.defaultdict(list)
    for name, record in records.items():
        tags = tags_of(record)
        real = {COUNTS.get(counts[name], '')} | ({'people/group'} if counts[name] >= 3 else set()) | \
            ({'people/crowd'} if counts[name] >= 10 else set())
        there.update(real)
        for concept in [*COUNTS.values(), 'people/group', 'people/crowd']:
            if concept in tags:
                said[concept] += 1
                right[concept] += concept in real
                if concept not in real:
                    wrong[concept].append(f'{name}: {counts[name]}')
    return {key: {'right': share(right[key], said[key]), 'found': share(right[key], there[key])} for key in said}, wrong


# ---- all ----

def show(name, result, wrong):
    print(name)
    for key, row in result.items():
        if not isinstance(row, dict):
            print(f'  {key}: {row}')
        elif 'share' in row:
            print(f'  {key:28} {text(row)}')
        else:
            parts = [f'AUC {row["auc"]:.3f} ({row["low"]:.3f}-{row["high"]:.3f})'] if 'auc' in row else []
            parts += [f'{part} {text(value)}' for part, value in row.items() if isinstance(value, dict)]
            print(f'  {key:28} ' + '   '.join(parts))
    for key, names in wrong.items():
        if names:
            print(f'  wrong, {key}: ' + ', '.join(names))


def main():
    measures = {'quality': quality, 'places': places, 'style': style, 'people': people}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--part', action='append', choices=list(measures))
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--wrong', action='store_true')
    options = parser.parse_args()
    if not TEST_DATA.is_dir():
        sys.exit('attributes: set TAGSMITH_TESTDATA to a folder with the sample sets')
    results = {part: measures[part]() for part in options.part or measures}
    if options.json:
        print(json.dumps({part: result for part, (result, _) in results.items()}))
        return
    for part, (result, wrong) in results.items():
        show(part, result, wrong if options.wrong else {})


if __name__ == '__main__':
    main()
