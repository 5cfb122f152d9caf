#!/usr/bin/env python3
"""The peer that Tagsmith is measured beside: what most people write. Pillow decodes and resizes, ONNX Runtime runs the
same networks at the same sizes as Tagsmith, one process a core with one thread each, pictures handed out one by one.

usage: peer.py [--procs N] FILE...      prints one JSON line: {"pictures", "seconds", "rate", "cpu_ms", "ms": {stage}}
Left out in the peer's favour: faces (its network is TFLite, which ONNX Runtime does not read), colours, quality,
vocabulary, boxes and confined decoding, which Tagsmith does for every picture. Start-up is not measured: the clock
starts when every process has loaded and warmed its networks.
"""
import argparse
import json
import multiprocessing
import sys
import time

from common import CORES, MODELS

STAGES = ('decode', 'prepare', 'classify', 'detect', 'safety')


class Networks:
    """The three networks with their input sizes and normalisation, as their manifests say."""

    def __init__(self):
        import numpy as np
        import onnxruntime
        self.np = np
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1

        def load(name):
            return onnxruntime.InferenceSession(str(MODELS / f'{name}.onnx'), options,
                                                providers=['CPUExecutionProvider'])
        self.sessions = {'classify': load('efficientnet-lite2'), 'detect': load('centernet-mobilenetv3-coco'),
                         'safety': load('open-nsfw')}

    def inputs(self, picture):
        from PIL import Image
        np = self.np
        side = int(min(picture.size) * 0.875)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        crop = picture.resize((260, 260), Image.BICUBIC, box=(left, top, left + side, top + side))
        classify = (np.asarray(crop, np.float32) - 127) / 128
        detect = np.asarray(picture.resize((512, 512), Image.BICUBIC), np.float32)
        safety = np.asarray(picture.resize((224, 224), Image.BICUBIC), np.float32)[:, :, ::-1]
        return {'classify': np.ascontiguousarray(classify.transpose(2, 0, 1)[None]),
                'detect': np.ascontiguousarray(detect.transpose(2, 0, 1)[None]),
                'safety': np.ascontiguousarray(safety - np.array([104, 117, 123], np.float32))[None]}

    def run(self, name, tensor):
        session = self.sessions[name]
        return session.run(None, {session.get_inputs()[0].name: tensor})

    def read(self, name, outputs):
        """The least that a program does with what came out."""
        np = self.np
        if name == 'classify':
            return np.argpartition(outputs[0][0], -5)[-5:]
        if name == 'detect':
            return np.argwhere(outputs[0][0] > 0.3)
        return outputs[0][0, 1]


def work(files, turn, ready, go, results):
    from PIL import Image
    networks = Networks()
    blank = Image.new('RGB', (640, 480))
    for name, tensor in networks.inputs(blank).items():
        networks.run(name, tensor)
    ms = dict.fromkeys(STAGES, 0.0)
    done = 0
    ready.release()
    go.wait()
    cpu = time.process_time()
    while True:
        with turn.get_lock():
            index = turn.value
            turn.value += 1
        if index >= len(files):
            break
        done += 1
        t0 = time.perf_counter()
        picture = Image.open(files[index]).convert('RGB')
        t1 = time.perf_counter()
        tensors = networks.inputs(picture)
        t2 = time.perf_counter()
        ms['decode'] += t1 - t0
        ms['prepare'] += t2 - t1
        for name, tensor in tensors.items():
            t0 = time.perf_counter()
            networks.read(name, networks.run(name, tensor))
            ms[name] += time.perf_counter() - t0
    results.put((done, time.process_time() - cpu, ms))


def measure(files, procs):
    context = multiprocessing.get_context('fork')
    turn, ready, go, results = context.Value('l', 0), context.Semaphore(0), context.Event(), context.Queue()
    workers = [context.Process(target=work, args=(files, turn, ready, go, results)) for _ in range(procs)]
    for worker in workers:
        worker.start()
    for _ in workers:
        while not ready.acquire(timeout=1):
            if any(worker.exitcode for worker in workers):
                sys.exit('peer: a process ended before it was ready (does this Python have onnxruntime and Pillow?)')
    start = time.monotonic()
    go.set()
    parts = [results.get() for _ in workers]
    seconds = time.monotonic() - start
    for worker in workers:
        worker.join()
    done = sum(n for n, _, _ in parts)
    return {'pictures': done, 'seconds': round(seconds, 3), 'rate': round(done / seconds, 2),
            'cpu_ms': round(1e3 * sum(cpu for _, cpu, _ in parts) / done, 2),
            'ms': {stage: round(1e3 * sum(ms[stage] for _, _, ms in parts) / done, 2) for stage in STAGES}}


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--procs', type=int, default=CORES)
    parser.add_argument('files', nargs='+')
    options = parser.parse_args()
    print(json.dumps(measure(options.files, options.procs)))
