// What the journeys of the page share: Debian's Chromium, a signed-in page, what it complained of, and the check for people
// who do not see or do not use a mouse.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { address, key, own, sdk } from '../api/dialects/help.mjs';

export { address, own } from '../api/dialects/help.mjs';

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

/** For test(): why a journey cannot be walked here, or false. */
export const skip = chromium ? false : 'Chromium is not installed; scripts/setup --dev brings it';
/** For test(): generous, for builds that check everything are slow. */
export const limit = { timeout: 300000 };
/** A name, a tag or a title that runs if it is ever taken for markup. */
export const hostile = '<img src=x onerror="document.title=\'hit\'"><script>document.title="hit"</script>';

export async function launch() {
    return sdk('playwright-core').chromium.launch({
        executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], timeout: 240000 });
}

/** A page of its own (cookies, storage); page.complaints lists what the console and the script said was wrong. */
export async function open(browser, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(120000);
    page.complaints = [];
    page.on('pageerror', (error) => page.complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
    return page;
}

/** Signs in as the journey's key, by the link that the first start shows. */
export async function signIn(page, path = '/') {
    await page.goto('about:blank'); // an address that differs behind "#" alone would not be fetched
    await page.goto(`${address}${path}#key=${key}`);
    await page.getByRole('banner').waitFor();
}

/** A picture for the tagger that looks at no pixel; `words` choose what it sees. */
export async function upload(name, title, words = `a picture called ${name}`, more = {}) {
    const bytes = Buffer.from(words).toString('base64');
    const made = await own('POST', '/api/pictures', { data_uri: `data:image/jpeg;base64,${bytes}`, name, title, ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body.picture ?? made.body;
}

const require = createRequire(`${process.env.TAGSMITH_SDK}/package.json`);

/** No violation of WCAG 2.2 A and AA, in light and in dark. */
export async function accessible(page) {
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
        assert.deepEqual(found.violations.map((one) => `${colorScheme}: ${one.id}: ${one.nodes.map((node) => `${node.html}
${node.failureSummary}`).join('\n')}`), []);
    }
    await page.emulateMedia({ colorScheme: 'light' });
}
