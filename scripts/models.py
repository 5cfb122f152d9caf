#!/usr/bin/env python3
"""List, fetch, convert and verify the networks described by models/*.json.

  scripts/models.py list                    what there is, and whether it is in place
  scripts/models.py fetch                   bring the sources of all models into deps/downloads
  scripts/models.py convert                 fetch what is missing, convert, write deps/models
  scripts/models.py verify open-nsfw        compare one file with its manifest
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from tagsmith_models import convert, fetch, manifest

ROOT = Path(__file__).resolve().parent.parent


def deps_folder():
    return Path(os.environ.get("TAGSMITH_DEPS") or ROOT / "deps")


def do_list(models, options):
    rows = [{"name": m.name, "version": m.data["version"], "analyser": m.data["analyser"], "pack": m.pack,
             "licence": m.data["licence"], "file": m.file_name, "bytes": m.bytes,
             "state": manifest.fault_of(m, options.models) or "ok"} for m in models]
    if options.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        print("{name:28} {version:10} {analyser:9} {licence:13} {bytes:>10,}  {state}".format(**row))
    return 0


def do_verify(models, options):
    faults = {m.name: manifest.fault_of(m, options.models) for m in models}
    if options.json:
        print(json.dumps({name: fault or "ok" for name, fault in faults.items()}, indent=2))
    else:
        for name, fault in faults.items():
            print(f"{name:28} {fault or 'ok'}")
    return 1 if any(faults.values()) else 0


def each(models, action):
    for number, model in enumerate(models, 1):
        start = time.monotonic()
        print(f"[{number}/{len(models)}] {model.name} {model.data['version']} ... ", end="", flush=True)
        word = action(model)
        print(word if word == "in place" else f"{word} ({time.monotonic() - start:.1f} s)", flush=True)
    return 0


def do_fetch(models, options):
    def action(model):
        fetch.fetch(model.source, options.downloads)
        return "fetched"
    return each(models, action)


def do_convert(models, options):
    def action(model):
        if manifest.fault_of(model, options.models) is None:
            return "in place"
        convert.convert(model, options.downloads, options.models)
        return "converted"
    return each(models, action)


ACTIONS = {"list": do_list, "fetch": do_fetch, "convert": do_convert, "verify": do_verify}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("names", nargs="*", metavar="NAME", help="models to act on (default: all)")
    parser.add_argument("--pack", help="only the models of this pack")
    parser.add_argument("--manifests", type=Path, default=ROOT / "models", metavar="DIR")
    parser.add_argument("--models", type=Path, metavar="DIR",
                        default=Path(os.environ.get("TAGSMITH_MODELS") or deps_folder() / "models"))
    parser.add_argument("--downloads", type=Path, default=deps_folder() / "downloads", metavar="DIR")
    parser.add_argument("--json", action="store_true", help="list and verify: print JSON")
    options = parser.parse_args()
    try:
        chosen = manifest.load_all(options.manifests, options.pack, options.names)
        return ACTIONS[options.action](chosen, options)
    except (manifest.ManifestError, fetch.FetchError, convert.ConvertError, OSError) as error:
        print(f"\nmodels.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
