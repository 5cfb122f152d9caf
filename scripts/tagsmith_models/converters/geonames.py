"""Towns and villages of GeoNames as one sorted file: cells of one degree, so that near ones are found without a search.

The format is described where it is read, in src/place/place.c.
"""

import json
import re
import struct
import unicodedata

ROWS, COLUMNS = 180, 360


class Names:
    """Texts, each once, and where they begin."""

    def __init__(self):
        self.bytes, self.offsets = bytearray(), {}
        self.add("")

    def add(self, text):
        if text not in self.offsets:
            self.offsets[text] = len(self.bytes)
            self.bytes += text.encode() + b"\0"
        return self.offsets[text]


def slug(name):
    plain = unicodedata.normalize("NFKD", name.translate({0xDF: "ss", 0xE6: "ae", 0xF8: "o", 0x131: "i", 0x142: "l", 0x111: "d"}))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")


def cell_of(latitude, longitude):
    row = min(max(int(latitude + 90), 0), ROWS - 1)
    return row * COLUMNS + min(max(int(longitude + 180), 0), COLUMNS - 1)


def read_cities(text):
    """(cell, latitude, longitude, name, country, code of the region), in the order of the file."""
    rows = []
    for city in json.loads(text):
        name = " ".join(city["name"].split())
        latitude, longitude = float(city["lat"]), float(city["lng"])
        if name and abs(latitude) <= 90 and abs(longitude) <= 180:
            rows.append((cell_of(latitude, longitude), round(latitude * 1e5), round(longitude * 1e5), name,
                         city["country"], city["admin1"]))
    return sorted(rows)


def without_quarters(rows):
    """The numbered quarters of a city ("Lyon 03") have the city's name, where it is a city of that region."""
    known = {row[3:] for row in rows}

    def renamed(row):
        whole = re.sub(r" \d{1,2}$", "", row[3])
        return (*row[:3], whole, *row[4:]) if (whole, *row[4:]) in known else row
    return sorted(map(renamed, rows))


def convert(members, _manifest):
    rows = without_quarters(read_cities(members[0]))
    titles = {region["code"]: region["name"] for region in json.loads(members[1])}
    names, regions = Names(), {}
    cells, cities = [0] * (ROWS * COLUMNS + 1), bytearray()
    for cell, latitude, longitude, name, country, code in rows:
        region = regions.setdefault((country, code), len(regions))
        cells[cell + 1] += 1
        cities += struct.pack("<iiIII", latitude, longitude, names.add(name), names.add(slug(name)), region)
    for i in range(ROWS * COLUMNS):
        cells[i + 1] += cells[i]
    table = b"".join(struct.pack("<II2sxx", names.add(titles.get(f"{country}.{code}", "")), names.add(code.lower()),
                                 country.encode()) for country, code in regions)
    head = struct.pack("<8sIII", b"TSPLACE1", len(rows), len(regions), len(names.bytes))
    return head + struct.pack(f"<{len(cells)}I", *cells) + bytes(cities) + table + bytes(names.bytes)
