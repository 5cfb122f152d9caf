#!/usr/bin/env python3
"""Finding a photograph by a sentence about it: captions of COCO.

usage: retrieval.py [--part search|labels] [--json]
R@K: in how many cases the caption's own picture is among the first K.

search: the pictures are uploaded to a server of their own and each caption is asked as `text` of /api/search, in English
and in the translations of bench/captions.tsv (the first two captions of each picture; "en, translated ones" asks the
same in English), among all 145 photographs; "among captioned" counts only those that have captions. Nothing was
fitted to these figures but a few weights and forms (src/search/named.c, src/search/record.c, src/service/meaning.c,
src/tagging/hunches.c), picked by them on a coarse grid: other pictures may give a little less.

labels: what sums of label vectors give without the search. A picture is its tags' labels (colours, style, quality, time
and safety aside: captions do not speak of them), in three ways: the sum of the labels' vectors, each weighted by the
tag's confidence; the same, each label's vector with the mean of its first four synonyms' added; and the vector of all
labels in one sentence, the surest first. Each caption is a query. The encoder is asked through text_say, which the tests build (ninja -C build tests/text/text_say).
"""
import argparse
import collections
import csv
import json
import subprocess
import sys
import urllib.parse
from pathlib import Path

import numpy as np

from common import BUILD, MODELS, ROOT, TEST_DATA, run_tagsmith, served

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


def labels_part(folder, texts):
    names = sorted(texts)
    _, lines = run_tagsmith([folder / name for name in names])
    records = {Path(record['path']).name: record for _, record in lines}
    records = [records[name] for name in names]
    asked = [(i, caption) for i, name in enumerate(names) for caption in texts[name]]
    queries = encode([caption for _, caption in asked], 'query')
    own = np.array([i for i, _ in asked])
    ways = {'sum of labels': sums(records, {}), 'with synonyms': sums(records, synonyms()),
            'labels in one sentence': sentences(records)}
    return {way: figures(pictures, queries, own) for way, pictures in ways.items()}


def translations(texts):
    """language -> [(picture, caption)], the English ones of the same captions first"""
    found = collections.defaultdict(list)
    with open(ROOT / 'bench/captions.tsv', encoding='utf-8', newline='') as file:
        rows = [row for row in csv.reader(file, delimiter='\t', quoting=csv.QUOTE_NONE) if not row[0].startswith('#')]
    for row in rows[1:]:
        name, number = row[0] + '.jpg', int(row[1])
        if name not in texts:
            continue
        found['en, translated ones'].append((name, texts[name][number - 1]))
        for language, caption in zip(rows[0][2:], row[2:]):
            found[language].append((name, caption))
    return found


def upload(server, folder):
    """name -> id of all photographs of the folder"""
    ids = {}
    for path in sorted(folder.glob('*.jpg')):
        status, answer = server.upload(path.read_bytes())
        if status not in (200, 201):
            sys.exit(f'bench: {path.name} was answered with {status}')
        ids[path.name] = answer['id']
    return ids


def answer_to(server, text, limit):
    """The ids that the search gives, best first."""
    query = urllib.parse.urlencode({'text': text, 'limit': limit, 'min_score': 0})
    status, answer = server.call('GET', '/api/search?' + query)
    if status != 200:
        sys.exit(f'bench: "{text}" was answered with {status}: {answer}')
    return [row['picture']['id'] for row in answer['results']]


def recall(answers, own, among=None):
    """Of each answer only what is among these pictures counts."""
    places = []
    for answer, picture in zip(answers, own):
        answer = [other for other in answer if among is None or other in among]
        places.append(answer.index(picture) if picture in answer else len(answer) + 1000)
    return {f'R@{k}': round(sum(place < k for place in places) / len(places), 3) for k in (1, 5, 10)}


def search_part(folder, texts):
    questions = {'en': [(name, caption) for name in sorted(texts) for caption in texts[name]], **translations(texts)}
    result = {}
    with served() as server:
        ids = upload(server, folder)
        captioned = {ids[name] for name in texts}
        for language, asked in questions.items():
            own = [ids[name] for name, _ in asked]
            answers = [answer_to(server, caption, 60 if language == 'en' else 10) for _, caption in asked]
            result[language] = {'questions': len(asked), **recall(answers, own)}
            if language == 'en':
                result['en, among captioned'] = {'questions': len(asked), **recall(answers, own, captioned)}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--part', choices=('search', 'labels'), default='search')
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    folder = TEST_DATA / 'coco'
    texts = captions(folder)
    result = (search_part if options.part == 'search' else labels_part)(folder, texts)
    if options.json:
        print(json.dumps(result))
        return
    print(f'{len(texts)} captioned pictures, {sum(map(len, texts.values()))} captions')
    for way, found in result.items():
        print(f'{way:38}' + ', '.join(f'{name} {value}' for name, value in found.items()))


if __name__ == '__main__':
    main()
