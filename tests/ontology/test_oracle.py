#!/usr/bin/env python3
"""ontology: what we write, rdflib reads as the same graph in both formats; what rdflib writes, we read as the same scheme.

usage: test_oracle.py CONVERT. Skipped where rdflib is not installed (scripts/setup --dev).
"""
import random
import subprocess
import sys
import unittest

try:
    import rdflib
    from rdflib.compare import isomorphic
    from rdflib.namespace import DCTERMS, OWL, RDF, SKOS
except ImportError:
    print('1..0 # SKIP rdflib is not installed')
    sys.exit(77)

CONVERT = sys.argv.pop(1)
E = rdflib.Namespace('https://e.org/x/')
TERM = rdflib.Namespace('urn:tagsmith:term:')
TEXTS = ['dog', 'a "quoted" \\ one', 'Hündin', '犬', 'a|b', 'x;y,z', "it's", 'tab\there', '<vehicles by form>', '=1+1', '#1', '🐕']
LANGUAGES = [None, 'en', 'de', 'ja', 'pt-br']
CORE = ['object/dog', 'object/cat', 'scene/beach']


def convert(text, kind):
    done = subprocess.run([CONVERT, kind], input=text.encode(), capture_output=True)
    if done.returncode:
        raise AssertionError(done.stderr.decode() + text)
    return done.stdout.decode()


def made_up(seed):
    """A graph that holds nothing but what we keep."""
    draw, g = random.Random(seed), rdflib.Graph()
    scheme = E['scheme']
    g.add((scheme, RDF.type, SKOS.ConceptScheme))
    g.add((scheme, DCTERMS.title, rdflib.Literal(draw.choice(TEXTS).strip().replace('\t', ' '), lang='en')))
    g.add((scheme, OWL.versionInfo, rdflib.Literal('7')))
    nodes = [E[str(i)] if i % 3 else E['ä?q=' + str(i)] for i in range(draw.randrange(1, 30))]
    for i, node in enumerate(nodes):
        g.add((node, RDF.type, SKOS.Concept))
        g.add((node, SKOS.inScheme, scheme))
        for language in draw.sample(LANGUAGES, draw.randrange(4)):
            g.add((node, SKOS.prefLabel, rdflib.Literal(draw.choice(TEXTS).replace('\t', ' '), lang=language)))
        for kind in (SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition, SKOS.scopeNote, SKOS.note, TERM.ownSynonym):
            for _ in range(draw.choice([0, 0, 1, 3])):
                text = draw.choice(TEXTS)
                keeps_tabs = kind in (SKOS.definition, SKOS.scopeNote, SKOS.note)
                g.add((node, kind, rdflib.Literal(text if keeps_tabs else text.replace('\t', ' '), lang=draw.choice(LANGUAGES))))
        if draw.random() < 0.5:
            g.add((node, SKOS.notation, rdflib.Literal(str(i))))
        above = [nodes[draw.randrange(i)] for _ in range(draw.randrange(3))] if i else []
        above = [node for node in above if i < 20]
        for up in above:
            g.add((node, SKOS.broader, up))
        if not above:
            g.add((node, SKOS.topConceptOf, scheme))
        for core in draw.sample(CORE, draw.randrange(3)):
            kind = draw.choice([SKOS.exactMatch, SKOS.closeMatch, SKOS.narrowMatch, SKOS.broadMatch, TERM['proposed-exact'],
                                TERM['rejected-close']])
            g.add((node, kind, rdflib.URIRef('urn:tagsmith:' + core)))
    return g


class Oracle(unittest.TestCase):
    def check(self, seed):
        graph = made_up(seed)
        for form in ('turtle', 'nt'):
            text = graph.serialize(format=form)
            for kind, name in (('turtle', 'turtle'), ('ntriples', 'nt')):
                again = rdflib.Graph().parse(data=convert(text, kind), format=name)
                if not isomorphic(graph, again):
                    lost, new = list(graph - again)[:5], list(again - graph)[:5]
                    self.fail(f'seed {seed}, {form} to {kind}: lost {lost}, new {new}')
            by_table = convert(convert(text, 'csv'), 'ntriples')
            self.assertTrue(isomorphic(graph, rdflib.Graph().parse(data=by_table, format='nt')), seed)

    def test_made_up_schemes_go_round(self):
        for seed in range(60):
            self.check(seed)


if __name__ == '__main__':
    unittest.main()
