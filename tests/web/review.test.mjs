// The review queue in a browser: one by one and side by side, by keys, by mouse, offline, taken back; sensitive pictures veiled.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../api/dialects/help.mjs';
import { accessible, address, hostile, launch, limit, open, own, signIn, skip, upload } from './page.mjs';

let browser, page;

before(async () => {
    if (skip) return;
    browser = await launch();
    page = await open(browser);
    for (let i = 0; i < 24; i++) await upload(`one ${i}.jpg`, i % 5 ? `Picture ${i}` : hostile, `a picture for review, number ${i}`);
}, limit);

after(async () => {
    await browser?.close();
}, limit);

const progress = async () => (await own('GET', '/api/review')).body;
const question = () => page.locator('#question');
/** Which picture, whatever size of it is there already, and what is asked of it. */
const shown = () => page.evaluate(() => {
    const picture = document.querySelector('.sight img')?.getAttribute('src').split('/').slice(0, -1).join('/');
    return `${picture} ${document.querySelector('#question')?.innerText}`;
});
const changed = (old) => until(async () => {
    const now = await shown();
    return now !== old && !now.includes('undefined'); // the next question is there
});

test('one by one, by keys; undo brings the question back', { skip, ...limit }, async () => {
    await signIn(page, '/review');
    await page.getByRole('heading', { name: /Does this show “(ball|person)”\?/ }).waitFor();
    const { open: before_ } = await progress();
    assert.ok(before_ > 4);
    const first = await shown();
    await page.keyboard.press('y');
    await changed(first);
    await until(async () => (await progress()).mine === 1);
    const second = await shown();
    await page.keyboard.press('n');
    await changed(second);
    await until(async () => (await progress()).open === before_ - 2);
    await page.keyboard.press('z');
    await until(async () => (await progress()).open === before_ - 1);
    await until(async () => (await shown()) === second);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await until(async () => (await progress()).open === before_);
    await until(async () => (await shown()) === first);
    assert.notEqual(await page.title(), 'hit');
    assert.deepEqual(page.complaints, []);
});

test('the page is for everybody', { skip, ...limit }, async () => {
    await accessible(page);
});

test('buttons answer, too; unsure and skip move on', { skip, ...limit }, async () => {
    const { open: before_ } = await progress();
    for (const name of [/^Unsure/, /^Skip/, /^No/]) {
        const now = await shown();
        await page.getByRole('button', { name }).click();
        await changed(now);
    }
    await until(async () => (await progress()).open === before_ - 1);
    assert.equal((await progress()).skipped, 1);
    assert.equal((await progress()).mine, 2);
});

test('without a connection answers wait here, and a reload loses none', { skip, ...limit }, async () => {
    const { mine } = await progress();
    await page.route('**/api/review/answers', (route) => route.abort());
    await page.keyboard.press('y');
    await page.getByText('The server cannot be reached.').waitFor();
    await page.keyboard.press('n');
    await page.getByText('2 answers are kept here').waitFor();
    assert.equal((await progress()).mine, mine);
    await page.unroute('**/api/review/answers');
    await page.reload();
    await question().waitFor();
    await until(async () => (await progress()).mine === mine + 2);
    assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('review-outbox')).length), 0);
    assert.deepEqual(page.complaints.splice(0).filter((text) => !text.includes('ERR_FAILED')), []);
});

test('side by side: what is marked is right, the rest is wrong', { skip, ...limit }, async () => {
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByRole('heading', { name: /Which of these show/ }).waitFor();
    await accessible(page);
    const count = await page.locator('.tile').count();
    assert.ok(count > 2);
    const { open: before_ } = await progress();
    await page.locator('.tile').first().focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('u');
    await page.getByRole('button', { name: new RegExp(`1 yes, ${count - 2} no, 1 unsure`) }).waitFor();
    await page.keyboard.press('Enter');
    await until(async () => (await progress()).open === before_ - count + 1);
    await page.keyboard.press('z');
    await until(async () => (await progress()).open === before_);
    assert.equal(await page.locator('.tile').count(), count);
    assert.deepEqual(page.complaints, []);
});

test('a concept is chosen, and the address says so', { skip, ...limit }, async () => {
    await page.getByLabel('Tag').selectOption({ index: 1 });
    await page.waitForURL(/mode=many&tag=/);
    await page.locator('.tile').first().waitFor();
});

test('when all is said, the page says what next', { skip, ...limit }, async () => {
    for (let i = 0; i < 20; i++) {
        const { body } = await own('POST', '/api/review/next', { desk: 'journey', count: 50, fresh: true, skipped: true });
        const answers = body.items.flatMap(({ picture, tags }) => tags.map((tag) => ({ picture: picture.id, tag, answer: 'yes' })));
        if (answers.length) await own('POST', '/api/review/answers', { desk: 'journey', id: `all-${i}`, answers });
        if ((await progress()).open === 0) break;
        await page.goto(`${address}/`); // gives back what this tab has
        await page.getByRole('banner').waitFor();
        await own('POST', '/api/review/release', { desk: await page.evaluate(() => sessionStorage.getItem('review-desk')) });
        const unsure = await own('GET', '/api/search?q=needs:review&limit=100');
        for (const { picture } of unsure.body.results) {
            const waiting = picture.tags.filter((tag) => tag.state === 'suggested');
            await own('POST', '/api/review/answers', { desk: 'journey', id: `rest-${i}-${picture.id}`, answers: waiting.map((tag) => ({ picture: picture.id, tag: tag.key, answer: 'no' })) });
        }
    }
    await page.goto(`${address}/review`);
    await page.getByText('Nothing waits for you.').waitFor();
    await page.getByRole('link', { name: 'Back to the library' }).waitFor();
    await accessible(page);
    assert.deepEqual(page.complaints, []);
});
