"""Sidecars as other programs write them, with random content, and what a sidecar says, read by an XML parser that is not
ours. For test_write.py."""
import random
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
XML_LANG = '{http://www.w3.org/XML/1998/namespace}lang'
SPACES = {
    'dc': 'http://purl.org/dc/elements/1.1/', 'xmp': 'http://ns.adobe.com/xap/1.0/',
    'lr': 'http://ns.adobe.com/lightroom/1.0/', 'digiKam': 'http://www.digikam.org/ns/1.0/',
    'tiff': 'http://ns.adobe.com/tiff/1.0/', 'exif': 'http://ns.adobe.com/exif/1.0/',
    'photoshop': 'http://ns.adobe.com/photoshop/1.0/', 'crs': 'http://ns.adobe.com/camera-raw-settings/1.0/',
    'darktable': 'http://darktable.sf.net/', 'acdsee': 'http://ns.acdsee.com/iptc/1.0/',
    'MicrosoftPhoto': 'http://ns.microsoft.com/photo/1.0/', 'xmpMM': 'http://ns.adobe.com/xap/1.0/mm/',
    'Iptc4xmpCore': 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/', 'foo': 'http://example.org/foo#',
    'bar': 'urn:example:bar/', 'tagsmith': 'urn:x-tagsmith:xmp:1#',
}
# What `tagsmith write` may touch.
LISTS = {'dc:subject': 'Bag', 'lr:hierarchicalSubject': 'Bag', 'digiKam:TagsList': 'Seq'}
TEXTS = ('dc:title', 'dc:description', 'Iptc4xmpCore:AltTextAccessibility')


def full(name):
    prefix, local = name.split(':')
    return '{%s}%s' % (SPACES[prefix], local)


OURS = {full(name) for name in (*LISTS, *TEXTS)}


class Writer:
    """One sidecar. `style` says whose habits it has."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.style = self.rng.choice(['lightroom', 'digikam', 'darktable', 'exiftool', 'wild'])
        wild = self.style == 'wild'
        self.prefix = {name: name for name in SPACES}
        if wild and self.rng.random() < 0.4:
            self.prefix.update(dc='d', lr='lightroom', foo='dc')  # a prefix that people take for another's
        self.rdf = self.rng.choice(['rdf', 'r', 'RDF']) if wild else 'rdf'

    def word(self):
        return self.rng.choice(['dog', 'oak tree', 'Zürich', '犬', 'a & b', 'x < y', '"quoted"', 'été', '🐕 dog', "it's"]) \
            + self.rng.choice(['', '', ' %d' % self.rng.randrange(99)])

    def text(self, words):
        if self.style == 'wild' and ']]>' not in words and self.rng.random() < 0.15:
            return '<![CDATA[%s]]>' % words
        if self.rng.random() < 0.1:
            return ''.join('&#%d;' % ord(c) if ord(c) > 126 else escape(c) for c in words)
        return escape(words)

    def noise(self):
        if self.style != 'wild' or self.rng.random() < 0.7:
            return ''
        return self.rng.choice(['<!-- a comment & <so on> -->', '<?other tool="yes"?>', '\r\n\t'])

    def items(self, kind, items):
        r = self.rdf
        body = ''.join('%s<%s:li%s>%s</%s:li>%s' % (self.gap(), r, '' if not lang else ' xml:lang="%s"' % lang,
                                                    self.text(words), r, self.noise()) for lang, words in items)
        return '<%s:%s>%s%s</%s:%s>' % (r, kind, body, self.gap(), r, kind)

    def gap(self):
        return self.rng.choice(['\n     ', '\n', '', '\r\n  ']) if self.style == 'wild' else '\n     '

    def element(self, name, inner):
        prefix, local = name.split(':')
        prefix = self.prefix[prefix]
        return '%s<%s:%s>%s</%s:%s>%s' % (self.gap(), prefix, local, inner, prefix, local, self.noise())

    def strange(self, depth=0):
        """A property that we know nothing of."""
        r, rng = self.rdf, self.rng
        name = rng.choice(['foo', 'bar', 'crs', 'xmpMM', 'acdsee']) + ':' + rng.choice('ABCDEF') + str(rng.randrange(1000))
        kind = rng.randrange(6 if depth < 3 else 3)
        prefix, local = self.prefix[name.split(':')[0]], name.split(':')[1]
        if kind == 0:
            return self.element(name, self.text(self.word()))
        if kind == 1:
            return self.element(name, self.items(rng.choice(['Bag', 'Seq']), [(None, self.word()) for _ in range(3)]))
        if kind == 2:
            return self.element(name, self.items('Alt', [('x-default', self.word()), ('de', self.word())]))
        inner = ''.join(self.strange(depth + 1) for _ in range(rng.randrange(1, 3)))
        if kind == 3:
            return '<%s:%s %s:parseType="Resource">%s</%s:%s>' % (prefix, local, r, inner, prefix, local)
        if kind == 4:
            return '<%s:%s><%s:Description>%s</%s:Description></%s:%s>' % (prefix, local, r, inner, r, prefix, local)
        return '<%s:%s><%s:Seq><%s:li %s:parseType="Resource">%s</%s:li></%s:Seq></%s:%s>' % (
            prefix, local, r, r, r, inner, r, r, prefix, local)

    def known(self):
        """Some of the properties that we do touch, as others fill them."""
        rng, out = self.rng, []
        for name, kind in LISTS.items():
            if rng.random() < 0.5:
                words = list(dict.fromkeys(self.word() for _ in range(rng.randrange(0 if self.style == 'wild' else 1, 5))))
                form = rng.random()
                if self.style == 'wild' and form < 0.1 and words:
                    out.append(self.element(name, self.text(words[0])))
                elif self.style == 'wild' and form < 0.2:
                    out.append(self.element(name, '<%s:%s/>' % (self.rdf, kind)))
                else:
                    out.append(self.element(name, self.items(rng.choice([kind, 'Bag']), [(None, w) for w in words])))
        for name in TEXTS:
            if rng.random() < 0.3:
                languages = ['x-default'] + rng.sample(['en', 'de', 'fr', 'pt-BR'], rng.randrange(3))
                out.append(self.element(name, self.items('Alt', [(lang, self.word()) for lang in languages])))
        return out

    def attributes(self):
        names = self.rng.sample(['xmp:Rating', 'xmp:CreatorTool', 'tiff:Software', 'tiff:Artist', 'crs:Version',
                                 'photoshop:Keywords', 'foo:Attr', 'bar:_x'], self.rng.randrange(5))
        return ''.join('\n    %s:%s=%s' % (self.prefix[n.split(':')[0]], n.split(':')[1], quoteattr(self.word()))
                       for n in names)

    def declarations(self):
        return ''.join('\n    xmlns:%s="%s"' % (self.prefix[n], uri) for n, uri in SPACES.items() if n != 'tagsmith')

    def description(self, properties):
        r = self.rdf
        start = '  <%s:Description %s:about=""%s%s' % (r, r, self.declarations(), self.attributes())
        return start + '/>' if not properties else '%s>%s\n  </%s:Description>\n' % (start, ''.join(properties), r)

    def aliases(self):
        """Properties that toolkits are fond of turning into others."""
        out = [self.element('tiff:ImageDescription', self.items('Alt', [('x-default', self.word())]))]
        out.append(self.element('exif:UserComment', self.text(self.word())))
        return out if self.rng.random() < 0.5 else []

    def body(self):
        known, strange = self.known(), [self.strange() for _ in range(self.rng.randrange(6))]
        everything = known + strange + self.aliases()
        self.rng.shuffle(everything)
        if self.style == 'lightroom' and self.rng.random() < 0.3:
            everything = []  # attributes only
        if self.style == 'exiftool' and everything:  # a description for each group
            half = len(everything) // 2
            return self.description(everything[:half]) + self.description(everything[half:])
        return self.description(everything)

    def bytes(self):
        rng, r = self.rng, self.rdf
        text = '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Some Toolkit 1">\n <%s:RDF xmlns:%s="%s">\n%s </%s:RDF>\n' \
            '</x:xmpmeta>' % (r, r, RDF, self.body(), r)
        if self.style == 'digikam':
            text = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n' + text + '\n' + ' ' * 200 + '\n<?xpacket end="w"?>'
        if self.style == 'exiftool':
            text = "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n" + text + "\n<?xpacket end='w'?>"
        if self.style == 'darktable':
            text = '<?xml version="1.0" encoding="UTF-8"?>\n' + text + '\n'
        if self.style == 'wild':
            kind = rng.randrange(5)
            if kind == 0:
                return b'\xef\xbb\xbf' + text.encode()
            if kind == 1:
                return ('\ufeff<?xml version="1.0" encoding="UTF-16"?>\n' + text).encode('utf-16-le')
            if kind == 2:
                return ('\ufeff' + text).encode('utf-16-be')
            if kind == 3:  # without the wrapper
                inner = text[text.index('<%s:RDF' % r):text.rindex('</x:xmpmeta>')]
                return inner.encode()
        return text.encode()


# ---- reading -------------------------------------------------------------------------------------------------------

def value(element):
    """An element as nested tuples; white space between elements means nothing."""
    children = [value(child) for child in element if isinstance(child.tag, str)]
    text = ''.join(element.itertext()) if not children else ''
    return element.tag, tuple(sorted(element.attrib.items())), tuple(children) or text


def listed(element):
    lists = [child for child in element if child.tag in ('{%s}%s' % (RDF, kind) for kind in ('Bag', 'Seq', 'Alt'))]
    if not lists:
        text = ''.join(element.itertext()).strip('\n\r\t ')
        return [(None, text)] if text else []
    return [(li.get(XML_LANG), ''.join(li.itertext())) for li in lists[0] if isinstance(li.tag, str)]


def read(content):
    """({property of ours: [(language, text)]}, [all other properties])"""
    root = ET.fromstring(content)
    rdf = root if root.tag == '{%s}RDF' % RDF else root.find('{%s}RDF' % RDF)
    ours, others = {}, []
    for description in rdf:
        for name, text in description.attrib.items():
            if name in OURS:
                ours.setdefault(name, []).append((None, text))
            elif name != '{%s}about' % RDF:
                others.append((name, text))
        for element in description:
            if not isinstance(element.tag, str) or SPACES['tagsmith'] in element.tag:
                continue
            if element.tag in OURS:
                ours.setdefault(element.tag, []).extend(listed(element))
            else:
                others.append(value(element))
    return {name: items for name, items in ours.items() if items}, others
