// Measures the page in a browser, for bench/web.py. usage: web.mjs TURNS    Prints JSON; times in ms, median (range).
//
// first paint     from the address entered to the frame that shows the wall laid out; the same with its first photograph.
//                 A browser without a cache, signed in already.
// weight          script and style of the library page as they travel (gzip).
// scrolling       script on the main thread a frame in which the wall looks where it is, from Chromium's trace, while it is
//                 scrolled by a gesture: a steady read (1,500 pixels a second), a fling (20,000), and jumps to anywhere
//                 (dragging the scroll bar). What runs between two such frames counts for the first.
// search          from the last key of a question to the frame that shows what it finds; with the first photograph of it.
import { createRequire } from 'node:module';

const turns = Number(process.argv[2] ?? 5);
const { TAGSMITH_SDK: sdk, TAGSMITH_ADDRESS: address, TAGSMITH_KEY: key } = process.env;
const { chromium } = createRequire(`${sdk}/package.json`)('playwright-core');

const sorted = (values) => [...values].sort((a, b) => a - b);
const percentile = (values, share) => sorted(values)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
const told = (values) => `${percentile(values, 0.5).toFixed(0)} (${sorted(values)[0].toFixed(0)}-${sorted(values).at(-1).toFixed(0)})`;

const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });

// When frames show what: asked of the page itself, after the frame.
await context.addInitScript(() => {
    window.seen = {};
    const note = (name) => {
        if (window.seen[name] === undefined) {
            window.seen[name] = null;
            requestAnimationFrame(() => setTimeout(() => { window.seen[name] = performance.now(); }));
        }
    };
    window.note = note;
    const look = () => {
        if (document.querySelector('.cell')) note('wall');
        if ([...document.querySelectorAll('.cell img')].some((img) => img.complete && img.naturalWidth)) note('photograph');
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    document.addEventListener('load', look, true);
});

async function firstPaint() {
    const times = { wall: [], photograph: [] };
    let weight;
    for (let turn = 0; turn < turns; turn++) {
        const page = await context.newPage();
        const session = await context.newCDPSession(page);
        await session.send('Network.setCacheDisabled', { cacheDisabled: true });
        await page.goto(address);
        await page.waitForFunction(() => window.seen.wall && window.seen.photograph, undefined, { timeout: 60000 });
        const seen = await page.evaluate(() => window.seen);
        for (const name of Object.keys(times)) times[name].push(seen[name]);
        weight = await page.evaluate(() => performance.getEntriesByType('resource')
            .filter(({ name }) => /\.(js|css)$/.test(name)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0));
        await page.close();
    }
    return { 'first paint, wall': told(times.wall), 'first paint, photograph': told(times.photograph),
        'script and style, bytes compressed': weight };
}

/* ---- scrolling ---- */

const SCRIPT = new Set(['FunctionCall', 'EvaluateScript', 'FireAnimationFrame', 'TimerFire', 'EventDispatch', 'RunMicrotasks',
    'v8.callFunction', 'V8.GCScavenger', 'MinorGC', 'MajorGC', 'XHRReadyStateChange', 'FireIdleCallback']);

async function traced(session, during) {
    const events = [];
    session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
    await session.send('Tracing.start', { transferMode: 'ReportEvents',
        traceConfig: { includedCategories: ['devtools.timeline', 'v8', 'disabled-by-default-devtools.timeline', 'devtools.timeline.frame', 'disabled-by-default-devtools.timeline.frame', '__metadata'] } });
    await during();
    const complete = new Promise((done) => session.once('Tracing.tracingComplete', done));
    await session.send('Tracing.end');
    await complete;
    session.removeAllListeners('Tracing.dataCollected');
    return events;
}

/** Milliseconds of script, by the wall and of the processor, in each frame of the page's main thread; what runs inside of other script counts once. */
function scriptByFrame(events) {
    const threads = new Map(); // the page's own is the one that calls functions most
    for (const { name, pid, tid } of events) if (name === 'FunctionCall') threads.set(`${pid} ${tid}`, (threads.get(`${pid} ${tid}`) ?? 0) + 1);
    const [main] = [...threads].sort((a, b) => b[1] - a[1])[0] ?? [];
    const own = ({ pid, tid }) => `${pid} ${tid}` === main;
    const frames = sorted(events.filter((event) => event.name === 'FireAnimationFrame' && own(event)).map(({ ts }) => ts));
    const busy = { wall: frames.map(() => 0), processor: frames.map(() => 0) };
    let end = 0;
    for (const { ts, dur = 0, tdur = dur } of events.filter((e) => e.ph === 'X' && SCRIPT.has(e.name) && own(e)).sort((a, b) => a.ts - b.ts)) {
        if (ts < end) continue;
        end = ts + dur;
        const frame = frames.findLastIndex((start) => start <= ts);
        if (frame < 0) continue;
        busy.wall[frame] += dur / 1000;
        busy.processor[frame] += tdur / 1000;
    }
    return busy;
}

async function scrolling() {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await page.goto(address);
    await page.waitForFunction(() => window.seen.photograph);
    const gesture = (distance, speed) => session.send('Input.synthesizeScrollGesture', {
        x: 800, y: 500, yDistance: -distance, speed, gestureSourceType: 'mouse', preventFling: true });
    const jumps = async () => {
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        for (let i = 1; i <= 40; i++) {
            await page.evaluate((y) => new Promise((done) => { window.scrollTo(0, y); requestAnimationFrame(() => done()); }), (height * ((i * 7) % 40)) / 40);
            await page.waitForTimeout(50);
        }
    };
    const figures = {};
    for (const [name, during] of [['steady', () => gesture(9000, 1500)], ['fling', () => gesture(80000, 20000)], ['jumps', jumps]]) {
        const busy = scriptByFrame(await traced(session, during));
        for (const [clock, times] of Object.entries(busy))
            figures[`scrolling, ${name}: script a frame (${clock} time), p50, p95, most`] =
                [0.5, 0.95, 1].map((share) => percentile(times, share).toFixed(1)).join(', ') + ` (${times.length} frames)`;
    }
    await page.close();
    return figures;
}

/* ---- search ---- */

const questions = ['tag:dog', 'garden', 'a dog on the grass', 'tag:person -tag:dog', 'is:portrait', 'taken:2022'];

/** Notes when the last key went down, and when the answer to the whole question was on the screen. */
function watch(text) {
    window.seen = {};
    const box = document.querySelector('input[type=search]');
    const library = document.querySelector('.library');
    box.addEventListener('input', () => { window.last = performance.now(); });
    const look = () => {
        const isAsked = new URLSearchParams(location.search).get('text') === text;
        if (!isAsked || library.classList.contains('busy')) return;
        window.note('found');
        const [first] = document.querySelectorAll('.cell img');
        if (first?.complete && first.naturalWidth) window.note('its photograph');
    };
    new MutationObserver(look).observe(library, { attributes: true, childList: true, subtree: true });
    document.addEventListener('load', look, true);
}

async function search() {
    const found = [];
    const photographs = [];
    for (let turn = 0; turn < turns; turn++) {
        for (const text of questions) {
            const page = await context.newPage();
            await page.goto(address);
            await page.waitForFunction(() => window.seen.photograph);
            await page.waitForTimeout(300);
            await page.evaluate(watch, text);
            await page.locator('input[type=search]').pressSequentially(text, { delay: 90 });
            await page.waitForFunction(() => window.seen.found, undefined, { timeout: 60000 });
            await page.waitForFunction(() => window.seen['its photograph'], undefined, { timeout: 5000 }).catch(() => undefined);
            const { last, seen } = await page.evaluate(() => ({ last: window.last, seen: window.seen }));
            found.push(seen.found - last);
            if (seen['its photograph']) photographs.push(seen['its photograph'] - last);
            await page.close();
        }
    }
    return { 'search, last key to painted, median': told(found), 'search, last key to painted, p95': percentile(found, 0.95).toFixed(0),
        'search, last key to first photograph, median': photographs.length ? told(photographs) : 'none' };
}

const page = await context.newPage();
await page.goto(`${address}/#key=${key}`);
await page.locator('.cell').first().waitFor();
await page.close();
const figures = { ...(await firstPaint()), ...(await scrolling()), ...(await search()) };
await browser.close();
console.log(JSON.stringify(figures));
