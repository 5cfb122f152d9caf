#!/usr/bin/env python3
"""cli: the report: complete, self-contained, and deaf to whatever paths and labels say."""
import base64
import hashlib
import html.parser
import re
import unittest
import urllib.parse

import harness

HOSTILE = ('<img src=x onerror=alert(1)>.jpg', '"><script>alert(2)<!--.jpg', "'onmouseover='alert(3).jpg", '<!--cards-->.jpg',
           '&lt;b&gt;.jpg', 'javascript:alert(4).jpg', '\u202egpj.exe.jpg', '-->bad<script>.jpg')
VOID = {'meta', 'img', 'input', 'link', 'br'}


class Page(html.parser.HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.comments, self.words = [], [], [], []
        self.inside = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or '') for name, value in attrs]
        if tag in ('style', 'script'):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_comment(self, text):
        self.comments.append(text)

    def handle_data(self, text):
        if not self.inside:
            self.words.append(text)


class Report(harness.Case):
    def report(self, *args, status=0):
        self.run_it('tag', 'p', '--report', 'r/report.html', '-q', '-j1', *args, status=status)
        return (self.dir / 'r/report.html').read_text()

    def test_hostile_names_are_only_text(self):
        for name in HOSTILE:
            self.picture('p/' + name)
        text = self.report(status=1)
        page = Page(text)
        self.assertEqual(page.tags.count('script'), 1)
        self.assertEqual(page.tags.count('article'), len(HOSTILE))
        self.assertEqual(page.tags.count('img'), len(HOSTILE) - 1)
        self.assertEqual([a for a in page.attributes if a[1].startswith('on')], [])
        self.assertEqual(page.comments, [' Tagsmith report ', 'cards', '/cards'])
        words = ''.join(page.words)
        for name in HOSTILE:
            self.assertIn(name, words)

    def test_nothing_is_loaded_from_anywhere(self):
        self.pictures(3)
        text = self.report()
        page = Page(text)
        for tag, name, value in page.attributes:
            if name == 'src':
                self.assertTrue(value.startswith('data:image/jpeg;base64,'), value[:40])
                self.assertTrue(base64.b64decode(value.split(',')[1], validate=True).startswith(b'\xff\xd8'))
            if name == 'href':
                self.assertRegex(value, r'^\./[A-Za-z0-9._~/%-]*$')
            self.assertNotEqual(name, 'style', 'the policy would refuse it')
        self.assertNotRegex(text, r'https?://|url\(|@import')
        self.assertNotIn('link', page.tags)

    def test_links_lead_to_the_pictures(self):
        for name in HOSTILE:
            self.picture('p/' + name)
        page = Page(self.report(status=1))
        found = {(self.dir / 'r' / urllib.parse.unquote(value)).resolve()
                 for tag, name, value in page.attributes if (tag, name) == ('a', 'href')}
        self.assertEqual(found, {(self.dir / 'p' / name).resolve() for name in HOSTILE})

    def test_the_policy_admits_exactly_our_style_and_script(self):
        self.pictures(1)
        text = self.report()
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn('unsafe', policy)
        for tag in ('style', 'script'):
            body = re.search(f'<{tag}>(.*?)</{tag}>', text, re.S)[1]
            digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
            self.assertIn(f"{tag}-src 'sha256-{digest}'", policy)

    def test_what_a_card_shows(self):
        self.picture('p/deep/cut.jpg', b'xx5')
        self.picture('p/bad.jpg')
        self.picture('p/rude.jpg')
        text = self.report(status=1)
        words = ' '.join(Page(text).words)
        for wanted in ('cut.jpg', '640 × 480', 'dog ×2', 'the file is truncated', 'blue 60%', 'fake-detector',
                       'its data is damaged beyond use', 'get the file again'):
            self.assertIn(wanted, words + text)
        self.assertEqual(text.count('class=veiled'), 1)
        self.assertEqual(text.count('class=error'), 1)
        self.assertRegex(text, r'<dt>failed<dd>1<')
        self.assertRegex(text, r'<g data-t=0><rect x="40.3" y="30" width="100" height="80.5"/>')

    def test_many_pictures_go_on_many_pages(self):
        self.pictures(2003)
        self.report()
        pages = [(self.dir / f'r/report{n}.html').read_text() for n in ('', '-2', '-3')]
        self.assertEqual([page.count('<article') for page in pages], [1000, 1000, 3])
        self.assertEqual(len(list((self.dir / 'r').iterdir())), 3)
        self.assertIn('href="./report-3.html"', pages[0])
        self.assertIn('href="./report.html" rel=prev', pages[1])
        self.pictures(0)
        (self.dir / 'p').rename(self.dir / 'old')
        self.pictures(2)
        self.report()
        self.assertEqual([p.name for p in (self.dir / 'r').iterdir()], ['report.html'])

    def test_tags_are_balanced(self):
        self.pictures(5)
        text = re.sub(r'<(style|script)>.*?</\1>', '', self.report(), flags=re.S)
        for tag in ('article', 'figure', 'svg', 'ul', 'li', 'table', 'details', 'div', 'g', 'p', 'main', 'button', 'dl'):
            opened = len(re.findall(rf'<{tag}[\s>]', text))
            self.assertEqual(opened, text.count(f'</{tag}>'), tag)


if __name__ == '__main__':
    harness.main()
