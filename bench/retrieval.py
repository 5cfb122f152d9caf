#!/usr/bin/env python3
"""Finding a photograph by a sentence about it: captions of COCO against the tags' labels, through the sentence encoder.

usage: retrieval.py [--json]
A picture is its tags' labels (colours, style, quality, time and safety aside: captions do not speak of them), in three
ways: the sum of the labels' vectors, each weighted by the tag's confidence; the same, each label's vector with the mean
of its first four synonyms' added; and the vector of all labels in one sentence, the surest first. Each caption is a
query. R@K: in how many cases the caption's own picture is among the first K. The encoder is asked through text_say, which the tests build (ninja -C build tests/text/text_say).
"""
import argparse
import collections
import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from common import BUILD, MODELS, ROOT, TEST_DATA, run_tagsmith

SILENT = ('colour', 'style', 'quality', 'time', 'safety')


def captions(folder):
    """picture -> its captions"""
    found = collections.defaultdict(list)
    with open(folder / 'captions_en.tsv', encoding='utf-8', newline='') as file:
        for row in csv.reader(file, delimiter='\t', quoting=csv.QUOTE_NONE):
            if (folder / row[0]).exists():
                found[row[0]] += [caption for cell in row[1:] for caption in cell.split('|') if caption]
    return found


def encode(texts, kind):
    """One vector of length 1 a text."""
    program = BUILD / 'tests/text/text_say'
    if not program.exists():
        sys.exit(f'bench: there is no {program}; run ninja -C {BUILD} tests/text/text_say')
    lines = ''.join(' '.join(text.split()) + '\n' for text in texts)
    done = subprocess.run([program, kind, ROOT, MODELS], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return np.frombuffer(done.stdout, '<f4').reshape(len(texts), -1)


def telling(record):
    return sorted((tag for tag in record['tags'] if tag['facet'] not in SILENT), key=lambda tag: -tag['confidence'])


def synonyms():
    """label -> its first four English synonyms"""
    with open(ROOT / 'vocab/concepts.tsv', encoding='utf-8', newline='') as file:
        rows = [row for row in csv.reader(file, delimiter='\t', quoting=csv.QUOTE_NONE) if row and row[0][0] != '#']
    return {row[1]: [word for word in row[4].split('|') if word][:4] for row in rows[1:]}


def sums(records, also):
    """For each picture the sum of its labels' vectors, weighted by confidence; `also`: further words for a label."""
    labels = sorted({tag['label'] for record in records for tag in telling(record)})
    words = sorted({word for label in labels for word in [label, *also.get(label, ())]})
    of_word = dict(zip(words, encode(words, 'query')))
    vectors = {label: of_word[label] for label in labels}
    for label in labels:
        if also.get(label):
            vectors[label] = vectors[label] + np.mean([of_word[word] for word in also[label]], axis=0)
        vectors[label] = vectors[label] / np.linalg.norm(vectors[label])
    nothing = np.zeros_like(of_word[words[0]])
    return unit(np.array([sum((tag['confidence'] * vectors[tag['label']] for tag in telling(record)), nothing)
                          for record in records]))


def sentences(records):
    return encode([', '.join(tag['label'] for tag in telling(record)) for record in records], 'query')


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def ranks(pictures, queries, own):
    """How many pictures come before a query's own."""
    scores = queries @ pictures.T
    mine = scores[np.arange(len(own)), own]
    return (scores > mine[:, None]).sum(1)


def figures(pictures, queries, own):
    found = ranks(pictures, queries, own)
    return {f'R@{k}': round(float((found < k).mean()), 3) for k in (1, 5, 10)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    folder = TEST_DATA / 'coco'
    texts = captions(folder)
    names = sorted(texts)
    _, lines = run_tagsmith([folder / name for name in names])
    records = {Path(record['path']).name: record for _, record in lines}
    records = [records[name] for name in names]
    asked = [(i, caption) for i, name in enumerate(names) for caption in texts[name]]
    queries = encode([caption for _, caption in asked], 'query')
    own = np.array([i for i, _ in asked])
    ways = {'sum of labels': sums(records, {}), 'with synonyms': sums(records, synonyms()),
            'labels in one sentence': sentences(records)}
    result = {way: figures(pictures, queries, own) for way, pictures in ways.items()}
    if options.json:
        print(json.dumps({'pictures': len(names), 'captions': len(asked), **result}))
        return
    print(f'{len(names)} pictures, {len(asked)} captions')
    for way, found in result.items():
        print(f'{way:24}' + ', '.join(f'{name} {value:.3f}' for name, value in found.items()))


if __name__ == '__main__':
    main()
