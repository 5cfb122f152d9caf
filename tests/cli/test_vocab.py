#!/usr/bin/env python3
"""cli: `tagsmith vocab`: bring in, match, set, export, with a server and without."""
import csv
import io

import server

SHOP = """# title@en: Our shop
notation;label@en;label@de;broader
100;Pets;Haustiere;
110;Dogs;Hunde;100
120;Cats;Katzen;100
900;Weapons;Waffen;
"""
MUSEUM = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix m: <https://museum.example/> .
m:scheme a skos:ConceptScheme ; skos:prefLabel "Museum"@en .
m:10 a skos:Concept ; skos:prefLabel "Tiere"@de , "animals"@en ; skos:notation "V.PE" .
m:11 a skos:Concept ; skos:broader m:10 ; skos:prefLabel "Hunde"@de ; skos:exactMatch <urn:tagsmith:object/dog> .
"""


class Vocab(server.Shared):
    def vocab(self, *args, data='d', **more):
        return self.run_it('vocab', *args, '--data', data, **more)

    def schemes(self, data='d'):
        return {row['name']: row for row in self.lines('vocab', 'list', '--json', '--data', data)}

    def check_life(self, data):
        (self.dir / 'Our Shop.csv').write_text(SHOP)
        said = self.vocab('import', 'Our Shop.csv', data=data).stdout.decode()
        self.assertIn('tagsmith vocab map our-shop', said)
        row = self.schemes(data)['our-shop']
        self.assertEqual((row['title'], row['concepts'], row['matches']['confirmed']), ('Our shop', 4, 0))
        self.assertIn(b'proposed', self.vocab('map', 'our-shop', data=data).stdout)
        self.vocab('map', 'our-shop', '--csv', '-o', 'm.csv', data=data)
        table = (self.dir / 'm.csv').read_text()
        rows = list(csv.DictReader(io.StringIO(table)))
        self.assertIn(('110', 'object/dog', 'exact', 'proposed'),
                      [(r['concept'], r['core'], r['relation'], r['state']) for r in rows])
        self.vocab('map', 'our-shop', '--read', '-', data=data, stdin=table.replace(',proposed,', ',confirmed,').encode())
        self.assertGreaterEqual(self.schemes(data)['our-shop']['matches']['confirmed'], 3)
        self.assertIn(b'object/cat', self.vocab('map', 'our-shop', '--state', 'confirmed', data=data).stdout)
        shown = self.vocab('show', 'Hunde', '-s', 'our-shop', '-l', 'de', data=data).stdout.decode()
        self.assertTrue(shown.startswith('Hunde\n'), shown)
        self.assertIn('exact object/dog', shown)
        (concept,) = self.lines('vocab', 'set', '110', '-s', 'our-shop', '--rename', 'de=Wauwau', '--synonym', 'de=Fiffi',
                                '--synonym', 'de=Bello', '--threshold', '0.4', '--hide', 'yes', '--match',
                                'object/wolf=close', '--json', '--data', data)
        self.assertEqual(concept['settings'], {'hide': True, 'never': False, 'threshold': 0.4, 'merge_into': None,
                                               'rename': {'de': 'Wauwau'}, 'synonyms': {'de': ['Fiffi', 'Bello']}})
        (concept,) = self.lines('vocab', 'set', 'Fiffi', '-s', 'our-shop', '--rename', 'de=', '--synonym', 'de=', '--hide',
                                'no', '--threshold', 'none', '--json', '--data', data)
        self.assertEqual(concept['settings'], {'hide': False, 'never': False, 'threshold': None, 'merge_into': None,
                                               'rename': {}, 'synonyms': {}})
        self.vocab('set', 'Cats', '-s', 'our-shop', '--merge-into', 'Pets', data=data)
        self.vocab('set', 'Dogs', '-s', 'our-shop', '--split', '111=object/wolf', '--label', 'Wolves', data=data)
        self.assertIn(b'close object/wolf', self.vocab('show', 'Wolves', '-s', 'our-shop', data=data).stdout)
        turtle = self.vocab('export', 'our-shop', '--format', 'turtle', data=data).stdout
        table = self.vocab('export', 'our-shop', data=data).stdout
        (self.dir / 'again.ttl').write_bytes(turtle)
        self.vocab('import', 'again.ttl', data=data)
        self.assertEqual(self.vocab('export', 'again', data=data).stdout, table)
        self.vocab('delete', 'again', data=data)
        self.vocab('delete', 'our-shop', data=data)
        self.assertEqual(sorted(self.schemes(data)), ['core', 'google-product', 'iptc-mediatopic'])

    def test_while_none_runs(self):
        self.check_life('d')

    def test_while_a_server_runs(self):
        self.check_life(self.data)

    def test_a_newer_edition_keeps_settings(self):
        (self.dir / 'museum.ttl').write_text(MUSEUM)
        self.vocab('import', 'museum.ttl')
        self.vocab('set', 'Hunde', '-s', 'museum', '--rename', 'de=Hunde (alle)')
        (self.dir / 'new.ttl').write_text(MUSEUM.replace('"Hunde"@de', '"Hund"@de'))
        self.vocab('import', 'new.ttl', '--scheme', 'museum')
        (concept,) = self.lines('vocab', 'show', 'Hund', '-s', 'museum', '-l', 'de', '--json', '--data', 'd')
        self.assertEqual((concept['label'], concept['labels']['de'], concept['path']), ('Hunde (alle)', 'Hund', ['Tiere']))

    def test_what_comes_with_the_program(self):
        self.vocab('import', '-', '--scheme', 'x', stdin=b'id\n1\n')
        (concept,) = self.lines('vocab', 'set', 'object/dog', '--rename', 'en=doggy', '--json', '--data', 'd')
        self.assertEqual((concept['scheme'], concept['label'], concept['labels']['en']), ('core', 'doggy', 'dog'))
        self.assertIn(b'Hats', self.vocab('show', '173', '-s', 'google-product').stdout)
        self.vocab('delete', 'core')
        (concept,) = self.lines('vocab', 'show', 'object/dog', '--json', '--data', 'd')
        self.assertEqual(concept['label'], 'dog')

    def test_rdfxml(self):
        (self.dir / 'zoo.rdf').write_text(
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#">'
            '<s:Concept rdf:about="https://e.org/1"><s:prefLabel xml:lang="de">Hundekram</s:prefLabel></s:Concept></rdf:RDF>')
        self.vocab('import', 'zoo.rdf')
        self.assertIn(b'Hundekram', self.vocab('export', 'zoo', '--format', 'turtle').stdout)

    def test_wrong_use(self):
        (self.dir / 'bad.csv').write_text('id,label\n1,"x\n')
        (self.dir / 'x.rdf').write_text('<?xml version="1.0"?>\n<rdf:RDF/>')
        (self.dir / 'zero.csv').write_bytes(b'id\n\0\n')
        data = ('--data', self.data)
        for args, said, status in ((['vocab'], 'say list, import', 2),
                                   (['vocab', 'import', 'bad.csv', *data], 'row 2: a quotation mark', 2),
                                   (['vocab', 'import', 'x.rdf', *data], 'line 2: unbound prefix', 2),
                                   (['vocab', 'import', 'zero.csv', *data], 'is no text', 3),
                                   (['vocab', 'import', 'nowhere.csv', *data], 'nowhere.csv', 3),
                                   (['vocab', 'import', 'bad.csv', '-s', 'core', *data], 'comes with Tagsmith', 3),
                                   (['vocab', 'export', 'nix', *data], 'no scheme "nix"', 3),
                                   (['vocab', 'show', 'Elch', '-s', 'google-product', *data], 'no concept "Elch"', 3),
                                   (['vocab', 'set', 'object/dog', *data], 'what is to be set?', 2),
                                   (['vocab', 'set', 'object/dog', '--rename', 'Hund', *data], 'LANGUAGE=TEXT', 2),
                                   (['vocab', 'set', 'object/dog', '--threshold', 'x', *data], 'a number from 0 to 1', 2),
                                   (['vocab', 'set', 'object/dog', '--match', 'object/dgo=exact', *data], 'object/dgo', 2),
                                   (['vocab', 'set', 'object/dog', '--split', 'x=object/cat', *data], 'cannot be split', 3)):
            self.assertIn(said, self.error(*args, status=status))


CATALOGUE = """# title@en: Catalogue
id,notation,label@en,label@de,broader,matches,hide,never,threshold
pets,P,Pets,Haustiere,,broader object/animal,,,
dogs,P1,Dogs,Hunde,pets,exact object/dog,,,
guide,,Guide,Wegweiser,,,,,
sea,S,Seaside,Meer,guide,close scene/beach,,,
toys,T,Toys,Spielzeug,,exact object/ball,,,0.9
"""


class Tagging(server.Shared):
    """The fake tagger says of these bytes: dog, beach, ball, blue and person."""

    def tags(self, *args, status=0):
        (record,) = self.records('all.jpg', *args, status=status)
        return record, {tag['concept']: tag for tag in record['tags']}

    def setUp(self):
        super().setUp()
        (self.dir / 'shop.csv').write_text(CATALOGUE)
        for i in range(100):
            self.picture('all.jpg', b'%d' % i)
            if len(self.tags()[0]['tags']) == 5:
                return
        self.fail('no bytes give all tags')

    def test_in_the_words_of_a_catalogue(self):
        record, tags = self.tags('--scheme', 'shop.csv', '-l', 'de')
        self.assertEqual(tags['object/dog']['label'], 'Hunde')
        self.assertEqual(tags['object/dog']['terms'], [{'scheme': 'shop', 'id': 'dogs', 'notation': 'P1', 'label': 'Hunde',
                                                        'relation': 'exact', 'path': ['Haustiere']}])
        self.assertEqual(tags['scene/beach']['terms'][0]['relation'], 'close')
        self.assertNotIn('terms', tags['object/ball'])  # not sure enough
        self.assertEqual(tags['object/ball']['label'], 'ball')
        self.assertEqual(len(tags), 5)

    def test_only_in_its_words(self):
        self.assertEqual(sorted(self.tags('--scheme', 'shop.csv', '--scheme-only')[1]), ['object/dog', 'scene/beach'])
        self.run_it('tag', 'all.jpg', '-q', '--sidecar', 'txt', '--scheme', 'shop.csv', '--scheme-only')
        self.assertEqual((self.dir / 'all.jpg.txt').read_text(), 'Dogs\nSeaside\n')

    def test_several_side_by_side(self):
        (self.dir / 'other.ttl').write_text(MUSEUM)
        tags = self.tags('--scheme', 'shop.csv,other.ttl,core', '-l', 'de')[1]
        self.assertEqual([(term['scheme'], term['label']) for term in tags['object/dog']['terms']],
                         [('shop', 'Hunde'), ('other', 'Hunde'), ('core', 'Hund')])
        self.assertEqual([term['scheme'] for term in tags['colour/blue']['terms']], ['core'])

    def test_hidden_and_never(self):
        def with_dog(settings):
            text = CATALOGUE.replace('exact object/dog,,,', f'exact object/dog,{settings}')
            (self.dir / 'h.csv').write_text(text)
            return 'object/dog' in self.tags('--scheme', 'h.csv')[1]
        self.assertTrue(with_dog(',,'))
        self.assertFalse(with_dog('yes,,'))
        self.assertFalse(with_dog(',yes,'))
        text = CATALOGUE.replace('guide,,Guide,Wegweiser,,,,,', 'guide,,Guide,Wegweiser,,,yes,,')
        (self.dir / 'h.csv').write_text(text)
        self.assertEqual(self.tags('--scheme', 'h.csv')[1]['scene/beach']['terms'][0]['path'], [])

    def test_one_of_a_data_folder(self):
        self.run_it('vocab', 'import', 'shop.csv', '--data', 'd')
        self.run_it('vocab', 'set', 'Dogs', '-s', 'shop', '--rename', 'en=Wolf-likes', '--data', 'd')
        self.run_it('vocab', 'set', 'scene/beach', '--never', 'yes', '--data', 'd')
        tags = self.tags('--scheme', 'shop,core', '--data', 'd')[1]
        self.assertEqual(tags['object/dog']['label'], 'Wolf-likes')
        self.assertNotIn('scene/beach', self.tags('--scheme', 'core', '--data', 'd')[1])
        self.assertEqual([term['scheme'] for term in tags['scene/beach']['terms']], ['shop'])
        self.assertIn('no scheme "nix"', self.error('tag', 'all.jpg', '--scheme', 'nix', '--data', 'd', status=3))

    def test_goods(self):
        product = self.tags('--product')[0]['product']
        self.assertEqual((product['category'], product['type'], product['patterns']), (None, None, []))
        self.assertEqual([colour['concept'] for colour in product['colours']], ['colour/blue'])
        self.assertNotIn('product', self.tags()[0])

    def test_wrong_use(self):
        (self.dir / 'bad.csv').write_text('id,label\n1,2,3\n')
        for args, said, status in ((['--scheme', 'bad.csv'], 'bad.csv: row 2 has 3 columns', 3),
                                   (['--scheme', 'nowhere.ttl'], 'nowhere.ttl', 3),
                                   (['--scheme', 'shop.csv,./shop.csv'], 'named twice', 2),
                                   (['--scheme-only'], 'which scheme?', 2),
                                   (['--scheme', 'nix', '--data', 'nowhere'], 'no folder', 3)):
            self.assertIn(said, self.error('tag', 'all.jpg', '-q', *args, status=status))


if __name__ == '__main__':
    server.main()
