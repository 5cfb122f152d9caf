#!/usr/bin/env python3
"""Quality on labelled photographs, through `tagsmith tag --json` at default settings.

usage: quality.py [--json] [--missing] [FOLDER...]
A FOLDER holds labels.tsv (file<TAB>labels joined by |) and pictures; without one, the shared COCO and ImageNet samples.
  COCO labels       presence of the 80 classes: micro precision, recall, F1
  ImageNet labels   the true class among the tags; it or one of its ancestors
  faces.tsv         (file<TAB>yes|no|unknown) presence of faces
A tag stands for a class when its concept is what vocab/mappings.tsv gives for the class, or its label is the class's
name (colours aside: the colour orange is no fruit). Figures with 90 % Wilson intervals; for all tags shown, and for the accepted ones alone. --missing lists what
was missed and what was wrong, by class.
"""
import argparse
import collections
import csv
import json
import sys
from pathlib import Path

from common import ROOT, TEST_DATA, run_tagsmith, wilson

VOCAB = ROOT / 'vocab'


def table(path):
    with open(path, encoding='utf-8', newline='') as file:
        rows = [row for row in csv.reader(file, delimiter='\t', quoting=csv.QUOTE_NONE)
                if row and not row[0].startswith('#')]
    return rows


class Vocabulary:
    """What the quality figures need of it: classes -> concepts, and concepts -> ancestors."""

    def __init__(self):
        self.parents = {row[0]: [p for p in row[3].split(',') if p] for row in table(VOCAB / 'concepts.tsv')[1:]}
        self.concept = collections.defaultdict(dict)
        for scheme, _, concept, _, name in table(VOCAB / 'mappings.tsv')[1:]:
            self.concept[scheme][name.lower()] = concept

    def ancestors(self, concept):
        found, queue = set(), list(self.parents.get(concept, ()))
        while queue:
            concept = queue.pop()
            if concept not in found:
                found.add(concept)
                queue += self.parents.get(concept, ())
        return found


class Shown:
    """The tags of one record: their concepts and labels."""

    def __init__(self, record, accepted_only):
        tags = [t for t in record.get('tags', ()) if t['state'] == 'accepted' or not accepted_only]
        self.concepts = {t['concept'] for t in tags if t.get('concept')}
        self.labels = {t['label'].lower() for t in tags if t.get('facet') != 'colour'}
        self.faces = len(record.get('faces') or ())

    def has(self, concept, *names):
        return concept in self.concepts or any(name.lower() in self.labels for name in names)


def share(hits, total):
    low, high = wilson(hits, total)
    return {'hits': hits, 'of': total, 'share': round(hits / max(1, total), 4), 'low': round(low, 4),
            'high': round(high, 4)}


def coco(truth, shown, classes, misses):
    right = wrong = missed = 0
    for name, labels in truth.items():
        for label, concept in classes.items():
            present, said = label in labels, shown[name].has(concept, label)
            right += present and said
            wrong += said and not present
            missed += present and not said
            if present != said:
                misses['missed' if present else 'wrong'][label] += 1
    return {'micro_f1': round(2 * right / max(1, 2 * right + wrong + missed), 4),
            'precision': share(right, right + wrong), 'recall': share(right, right + missed)}


def imagenet(truth, shown, vocabulary, misses):
    exact = near = 0
    classes = vocabulary.concept['imagenet1k']
    by_wnid = vocabulary.concept['wordnet']
    for name, labels in truth.items():
        concepts = {classes[label.lower()] for label in labels if label.lower() in classes}
        concepts = concepts or {by_wnid[label.lower()] for label in labels if label.lower() in by_wnid}
        tags = shown[name]
        hit = tags.has(None, *labels) or bool(concepts & tags.concepts)
        above = set().union(*map(vocabulary.ancestors, concepts))
        exact += hit
        near += hit or bool(above & tags.concepts)
        if not hit:
            misses['missed'][labels[0]] += 1
    return {'exact': share(exact, len(truth)), 'or_ancestor': share(near, len(truth))}


def faces(path, shown, misses):
    marked = {row[0]: row[1] for row in table(path) if row[1] in ('yes', 'no') and row[0] in shown}
    right = 0
    for name, mark in marked.items():
        good = (shown[name].faces > 0) == (mark == 'yes')
        right += good
        if not good:
            misses['missed' if mark == 'yes' else 'wrong'][f'face in {name}'] += 1
    return share(right, len(marked))


def measure(folder, vocabulary):
    truth = {row[0]: row[1].split('|') if len(row) > 1 and row[1] else [] for row in table(folder / 'labels.tsv')}
    truth = {name: labels for name, labels in truth.items() if (folder / name).exists()}
    if not truth:
        sys.exit(f'quality: {folder}/labels.tsv names no picture that is there')
    _, lines = run_tagsmith(['--', *(folder / name for name in truth)])
    records = {Path(record['path']).name: record for _, record in lines}
    failed = [name for name in truth if 'error' in records.get(name, {'error': None})]
    classes = vocabulary.concept['coco80']
    is_coco = all(label.lower() in classes for labels in truth.values() for label in labels)
    result = {'folder': folder.name, 'pictures': len(truth), 'failed': failed, 'misses': {}}
    for kind in ('shown', 'accepted'):
        misses = collections.defaultdict(collections.Counter)
        shown = {name: Shown(records.get(name, {}), kind == 'accepted') for name in truth}
        part = {'coco': coco(truth, shown, classes, misses)} if is_coco else \
               {'imagenet': imagenet(truth, shown, vocabulary, misses)}
        if (folder / 'faces.tsv').exists():
            part['faces'] = faces(folder / 'faces.tsv', shown, misses)
        part['tags_a_picture'] = round(sum(len(s.concepts) for s in shown.values()) / len(shown), 1)
        result[kind] = part
        result['misses'][kind] = {key: counter.most_common() for key, counter in misses.items()}
    return result


def text(row):
    return f'{100 * row["share"]:.1f} % ({row["hits"]}/{row["of"]}, 90 %: {100 * row["low"]:.1f}-{100 * row["high"]:.1f})'


def show(result, with_misses):
    print(f'{result["folder"]}: {result["pictures"]} pictures, {len(result["failed"])} failed')
    for kind in ('shown', 'accepted'):
        part = result[kind]
        print(f'  {kind} tags ({part["tags_a_picture"]} a picture)')
        if 'coco' in part:
            row = part['coco']
            print(f'    80 classes  micro-F1 {row["micro_f1"]:.3f}   precision {text(row["precision"])}   '
                  f'recall {text(row["recall"])}')
        if 'imagenet' in part:
            print(f'    true class  {text(part["imagenet"]["exact"])}   or an ancestor '
                  f'{text(part["imagenet"]["or_ancestor"])}')
        if 'faces' in part:
            print(f'    faces       {text(part["faces"])}')
        if with_misses:
            for key, rows in result['misses'][kind].items():
                print(f'    {key}: ' + ', '.join(f'{label} {n}' for label, n in rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--missing', action='store_true')
    parser.add_argument('folders', nargs='*', type=Path)
    options = parser.parse_args()
    folders = options.folders or [f for f in (TEST_DATA / 'coco', TEST_DATA / 'imagenet') if f.is_dir()]
    if not folders:
        sys.exit('quality: name a folder with labels.tsv, or set TAGSMITH_TESTDATA')
    vocabulary = Vocabulary()
    results = [measure(folder, vocabulary) for folder in folders]
    if options.json:
        print(json.dumps(results))
    else:
        for result in results:
            show(result, options.missing)


if __name__ == '__main__':
    main()
