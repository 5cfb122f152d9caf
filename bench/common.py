"""bench: what every measurement needs: pictures of two sizes, a run of tagsmith with its clock, small statistics.

Knows no analyser and no vocabulary.
"""
import contextlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get('BUILD', 'build')
DEPS = Path(os.environ.get('TAGSMITH_DEPS') or ROOT / 'deps')
MODELS = Path(os.environ.get('TAGSMITH_MODELS') or DEPS / 'models')
TEST_DATA = Path(os.environ.get('TAGSMITH_TESTDATA') or ROOT / '../shared/data')
WORK = ROOT / os.environ.get('OUT', 'out') / 'bench'
CORES = len(os.sched_getaffinity(0))
PICTURE_ENDINGS = {'.jpg', '.jpeg', '.png', '.webp'}


def tagsmith():
    program = BUILD / 'tagsmith'
    if not program.exists():
        sys.exit(f'bench: there is no {program}; run make build')
    return str(program)


def machine():
    """One line that says where a figure was measured."""
    model = 'unknown processor'
    flags = ''
    for line in Path('/proc/cpuinfo').read_text().splitlines():
        if line.startswith('model name'):
            model = line.split(':', 1)[1].strip()
        elif line.startswith('flags'):
            flags = line
    features = [f for f in ('avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16') if f in flags]
    return f'{model}, {CORES} cores, {" ".join(features)}'


def photographs():
    """The photographs to measure on: the COCO sample where it is, else the demonstration pictures."""
    for folder in (TEST_DATA / 'coco', DEPS / 'photos'):
        found = sorted(p for p in folder.glob('*') if p.suffix.lower() in PICTURE_ENDINGS)
        if found:
            return found
    sys.exit('bench: no photographs; run scripts/setup or set TAGSMITH_TESTDATA')


def repeat_into(folder, originals, count):
    """count names in folder, each a hard link to one of the originals in turn. Returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [folder / f'{i:06d}{originals[i % len(originals)].suffix}' for i in range(count)]
    wanted = set(names)
    for old in folder.iterdir():
        if old not in wanted:
            old.unlink()
    for i, name in enumerate(names):
        if not name.exists():
            os.link(originals[i % len(originals)], name)
    return names


def small_originals():
    """JPEGs of 640x480 class: COCO as it is, larger pictures scaled to fit 640 x 640."""
    from PIL import Image
    folder = WORK / 'small-originals'
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for source in photographs():
        target = folder / (source.stem + '.jpg')
        if not target.exists():
            picture = Image.open(source)
            if picture.format == 'JPEG' and max(picture.size) <= 640:
                target.write_bytes(source.read_bytes())
            else:
                picture = picture.convert('RGB')
                picture.thumbnail((640, 640))
                picture.save(target, quality=90)
        out.append(target)
    return out


def large_originals(count=12):
    """12-megapixel JPEGs (4000x3000, quality 90): photographs enlarged, with the fine grain of a sensor added,
    because an enlargement alone decodes faster than a camera's file: 3 MB each, as a telephone writes."""
    import numpy as np
    from PIL import Image
    folder = WORK / 'large-originals'
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for i, source in enumerate(photographs()[:count]):
        target = folder / (source.stem + '.jpg')
        if not target.exists():
            pixels = np.asarray(Image.open(source).convert('RGB').resize((4000, 3000), Image.BICUBIC), np.int16)
            grain = np.random.default_rng(i).normal(0, 7, pixels.shape).astype(np.int16)
            Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(target, quality=90)
        out.append(target)
    return out


def dataset(kind, count):
    originals = small_originals() if kind == 'small' else large_originals()
    return repeat_into(WORK / f'{kind}-{count}', originals, count)


def family(pid):
    """The process and all its descendants."""
    members, queue = [], [pid]
    while queue:
        pid = queue.pop()
        members.append(pid)
        for task in Path(f'/proc/{pid}/task').glob('*/children'):
            try:
                queue += [int(child) for child in task.read_text().split()]
            except OSError:
                pass
    return members


def cpu_seconds(pid):
    """User and system time so far of the whole family."""
    ticks = 0
    for member in family(pid):
        try:
            fields = Path(f'/proc/{member}/stat').read_text().rsplit(')', 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return ticks / os.sysconf('SC_CLK_TCK')


def run_tagsmith(arguments, on_start=None, on_line=None):
    """Runs `tagsmith tag --json ARGUMENTS`. Returns (start, [(arrival of each line, record)]), monotonic seconds.
    on_line(pid, number of lines so far) is called after each line."""
    start = time.monotonic()
    lines = []
    command = [tagsmith(), 'tag', '--json', *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        if on_start:
            on_start(process.pid)
        for line in process.stdout:
            lines.append((time.monotonic(), line))
            if on_line:
                on_line(process.pid, len(lines))
        errors = process.stderr.read().decode(errors='replace')
    if process.returncode not in (0, 1) or not lines:
        sys.exit(f'bench: {" ".join(command[:4])} ... ended with {process.returncode}\n{errors[-2000:]}')
    return start, [(at, json.loads(line)) for at, line in lines]


def resident(pid):
    """RSS in MiB of the server and its descendants."""
    pages = 0
    for member in family(pid):
        try:
            pages += int(Path(f'/proc/{member}/statm').read_text().split()[1])
        except OSError:
            pass
    return pages * os.sysconf('SC_PAGE_SIZE') / 2 ** 20


@contextlib.contextmanager
def served(*options, program=None, folder=None):
    """A server of the tests' kind over a data folder of its own (or over `folder`, which stays)."""
    sys.path.insert(0, str(ROOT / 'tests/service'))
    import server as house
    house.PROGRAM = str(program or tagsmith())
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK, prefix='served-') as own:
        server = house.Server(Path(folder or own) / 'data', *options, environment={
            'TAGSMITH_MODELS': str(MODELS), 'TAGSMITH_CACHE': os.environ.get('TAGSMITH_CACHE') or str(WORK / 'cache')})
        server.start()
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()


def percentile(values, percent):
    """The least value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def steady_rate(arrivals, in_flight):
    """Pictures a second without start-up: from the moment the first tenth is done to the end. Pictures that were
    already being worked on at that moment are not counted in favour of the program."""
    first = max(1, len(arrivals) // 10)
    seconds = arrivals[-1] - arrivals[first - 1]
    return (len(arrivals) - first - in_flight) / seconds


def spread(values):
    """'12.3 (11.9-12.8)': median and range."""
    return f'{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})'


def wilson(hits, total, z=1.6449):
    """90 % interval of a share."""
    if total == 0:
        return 0.0, 1.0
    p = hits / total
    middle = p + z * z / (2 * total)
    reach = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - reach) / scale, (middle + reach) / scale
