// The page of one picture: looked at, understood, corrected, described; every change can be taken back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../api/dialects/help.mjs';
import { accessible, address, hostile, launch, limit, open, own, signIn, skip } from './page.mjs';

let browser, page, one, count = 0;

async function keep(name, words, more = {}) {
    const bytes = Buffer.from(words).toString('base64');
    const made = await own('POST', '/api/pictures', { data_uri: `data:image/jpeg;base64,${bytes}`, name, ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
}

/** XMP in a JPEG of nothing else: the tagger looks at no pixel, the server reads what the file says of itself. */
function withCreator(creator) {
    const safe = creator.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const xmp = Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:creator><rdf:Seq><rdf:li>${safe}</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>`);
    const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, (xmp.length + 2) >> 8, (xmp.length + 2) & 255]);
    return Buffer.concat([head, xmp, Buffer.from([0xff, 0xd9])]).toString('latin1');
}

before(async () => {
    if (skip) return;
    // The made-up tagger gives one to five tags; the picture with all of them is looked at.
    for (; !one || one.tags.length < 5; count++) one = await keep(`picture ${count}.jpg`, `seen ${count}`);
    browser = await launch();
    page = await open(browser);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await signIn(page);
}, limit);

after(async () => {
    await browser?.close();
}, limit);

const now = async () => (await own('GET', `/api/pictures/${one.id}?rejected=true`)).body;
const tagNow = async (key) => (await now()).tags.find((tag) => tag.key === key);
const chip = (name) => page.locator('.tag', { has: page.locator('.name', { hasText: new RegExp(`^${name}`) }) });
const boxes = () => page.locator('.boxes .box');
const button = (name) => page.getByRole('button', { name, exact: true });
const heard = () => page.locator('.undo');

async function look(id = one.id) {
    await page.goto(`${address}/pictures/${id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
}

async function undo() {
    // The button goes at once, before the server has answered.
    await Promise.all([page.waitForResponse((answer) => answer.request().method() !== 'GET'),
                       heard().getByRole('button', { name: 'Undo' }).click()]);
    await heard().getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
}

test('the picture has the whole height of the window, and no more', { skip, ...limit }, async () => {
    await look();
    const { height, y } = await page.locator('.stage').boundingBox();
    assert.equal(Math.round(y + height), page.viewportSize().height);
});

test('pointing at a tag shows where it is, and a box its tag, by mouse and by keys', { skip, ...limit }, async () => {
    await look();
    await boxes().nth(3).waitFor();
    await chip('dog').hover();
    await page.waitForFunction(() => document.querySelectorAll('.box.pointed').length === 2);
    await page.locator('.box-label', { hasText: 'dog' }).first().waitFor();
    await page.locator('.box[data-key="object/ball"]').focus();
    await page.locator('.tag.pointed[data-key="object/ball"]').waitFor();
    await chip('ball').locator('.name').focus();
    await page.waitForFunction(() => document.querySelector('.box.pointed')?.dataset.key === 'object/ball');
    await page.keyboard.press('b'); // boxes away: only that of what is pointed at stays
    await page.waitForFunction(() => document.querySelectorAll('.box').length === 1);
    await page.keyboard.press('b');
});

test('why: who saw it, how sure that is, and what followed', { skip, ...limit }, async () => {
    await chip('dog').locator('.name').click();
    const why = chip('dog').locator('.why');
    await why.getByText('The object detector: “domestic dog”, score 0.81').waitFor();
    await why.getByText('fake-detector 1.0').waitFor();
    await why.getByText('right in 94 of 100').waitFor();
    await accessible(page);
});

test('larger, smaller, whole: by keys and by wheel', { skip, ...limit }, async () => {
    const scale = async () => parseInt(await page.locator('.zoom').innerText(), 10);
    await page.locator('h1').click();
    await page.keyboard.press('1');
    await until(async () => (await scale()) === 100);
    await page.keyboard.press('+');
    await until(async () => (await scale()) === 125);
    await page.locator('.stage').hover();
    await page.mouse.wheel(0, -500);
    await until(async () => (await scale()) > 200);
    await page.mouse.down();
    await page.mouse.move(300, 300, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.press('0');
    await page.waitForFunction(() => document.querySelector('[aria-label="Whole picture (0)"]').getAttribute('aria-pressed') === 'true');
});

test('a suggestion is accepted, and taken back', { skip, ...limit }, async () => {
    await button('Accept: ball').click();
    await heard().getByText('Accepted: ball').waitFor();
    assert.equal((await tagNow('object/ball')).state, 'accepted');
    await undo();
    assert.equal((await tagNow('object/ball')).state, 'suggested');
    await button('Reject: dog').click();
    await page.getByRole('heading', { name: 'rejected' }).waitFor();
    await page.locator('h1').click();
    await page.keyboard.press('Control+z');
    await page.getByRole('heading', { name: 'rejected' }).waitFor({ state: 'detached' });
    assert.equal((await tagNow('object/dog')).source.kind, 'model');
});

test('a tag is completed from the vocabulary in the language of the page', { skip, ...limit }, async () => {
    await page.getByLabel('Language').selectOption('de');
    const field = page.getByRole('combobox', { name: 'Schlagwort hinzufügen' });
    await field.pressSequentially('Katz');
    await page.getByRole('option', { name: /^Katze/ }).first().waitFor();
    await accessible(page);
    await field.press('ArrowDown');
    await field.press('Enter');
    await chip('Katze').waitFor();
    assert.equal((await tagNow('object/cat')).source.kind, 'person');
    await page.getByLabel('Sprache').selectOption('en');
    await chip('cat').waitFor();
});

test('boxes are moved, resized and taken away by keys', { skip, ...limit }, async () => {
    const before = (await tagNow('object/dog')).boxes;
    const changed = (fits) => until(async () => {
        const { boxes: found } = await tagNow('object/dog');
        return fits(found) && found;
    });
    const box = page.locator('.box[data-key="object/dog"]').first();
    await box.focus();
    await page.keyboard.press('Enter');
    await page.locator('.hint').waitFor();
    await page.keyboard.press('ArrowRight');
    const moved = await changed((found) => found[0][0] > before[0][0]);
    assert.equal(moved[0][2], before[0][2]);
    await heard().getByText('Box changed: dog').waitFor();
    await page.keyboard.press('Shift+ArrowDown');
    await changed((found) => found[0][3] > before[0][3]);
    await accessible(page);
    await page.keyboard.press('Delete');
    await changed((found) => found.length === 1);
    await heard().getByText('Box deleted: dog').waitFor();
    for (let i = 0; i < 3; i++) {
        await page.locator('h1').click();
        await page.keyboard.press('Control+z');
        const wanted = [2, 2, 2][i];
        await changed((found) => found.length === wanted);
    }
    await changed((found) => JSON.stringify(found) === JSON.stringify(before));
});

test('a box is drawn by mouse, and one put there without', { skip, ...limit }, async () => {
    await look();
    await chip('blue').locator('.name').click();
    await chip('blue').getByRole('button', { name: 'Draw a box' }).click();
    await page.getByText('Draw it with the mouse or a finger.').waitFor();
    const stage = await page.locator('.stage').boundingBox();
    const [x, y] = [stage.x + stage.width / 2, stage.y + stage.height / 2];
    await page.mouse.move(x - 60, y - 40);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 40, { steps: 4 });
    await page.mouse.up();
    const [drawn] = await until(async () => { const { boxes: found } = await tagNow('colour/blue'); return found.length && found; });
    assert.ok(Math.abs(drawn[0] + drawn[2] / 2 - 320) < 4 && Math.abs(drawn[1] + drawn[3] / 2 - 240) < 4, drawn.join());
    await heard().getByText('Box changed: blue').waitFor();
    await chip('blue').getByRole('button', { name: 'Draw a box' }).click();
    await button('Put one in the middle').click();
    await until(async () => (await tagNow('colour/blue')).boxes.length === 2);
    await page.keyboard.press('Escape');
});

test('texts in every language, written and copied', { skip, ...limit }, async () => {
    await look();
    const english = await page.locator('#texts').innerText();
    await page.getByRole('tab', { name: 'de Deutsch' }).click();
    await page.waitForFunction((text) => document.getElementById('texts').innerText !== text, english);
    await page.getByRole('tab', { name: 'en English' }).click();
    await button('Edit: Title').click();
    await page.getByRole('textbox', { name: 'Title' }).fill(`Mine ${hostile}`);
    await button('Save').click();
    await page.getByRole('heading', { level: 1, name: 'Mine <img src=x' }).waitFor();
    assert.equal((await now()).title, `Mine ${hostile}`);
    await button('Copy: Title').click();
    await until(async () => (await page.evaluate(() => navigator.clipboard.readText())) === `Mine ${hostile}`);
    await button('From the tags again: Title').click();
    await until(async () => (await now()).made.includes('title'));
});

test('history says who did what', { skip, ...limit }, async () => {
    await look();
    await page.getByText('History', { exact: true }).click();
    await page.locator('.history li', { hasText: 'added: cat' }).waitFor();
    await page.locator('.history li', { hasText: 'Models (preset default) added:' }).getByText('fake-detector 1.0').waitFor();
});

test('compared with what another preset says, and taken over', { skip, ...limit }, async () => {
    const made = await own('PUT', '/api/presets/narrow', { facets: ['colour'] });
    assert.ok(made.status < 300, JSON.stringify(made.body));
    await look();
    await page.getByText('Compare with other tags').click();
    await page.getByLabel('Preset').selectOption('narrow');
    await button('Compare').click();
    await page.locator('.diff .removed', { hasText: 'beach' }).waitFor();
    await accessible(page);
    assert.equal((await tagNow('scene/beach')).state, 'accepted', 'nothing is changed yet');
    await button('Apply').click();
    await until(async () => !(await tagNow('scene/beach')));
    assert.ok(await tagNow('object/cat'), 'what a person said stays');
});

test('from one found picture to the next, and back to the result', { skip, ...limit }, async () => {
    await page.goto(`${address}/?sort=created`);
    await page.locator('.cell').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/pictures\//);
    await page.getByText(`1 of ${count}`).first().waitFor();
    const first = page.url();
    if (count > 1) {
        await page.keyboard.press('ArrowRight');
        await page.getByText(`2 of ${count}`).first().waitFor();
        assert.notEqual(page.url(), first);
        await page.reload(); // the server knows the place where the page does not
        await page.getByText(/\d+ of \d+/).first().waitFor();
    }
    await page.keyboard.press('Escape');
    await page.locator('.cell').first().waitFor();
});

test('what strangers wrote stays text', { skip, ...limit }, async () => {
    const made = await own('POST', '/api/pictures', {
        data_uri: `data:image/jpeg;base64,${Buffer.from(withCreator(hostile), 'latin1').toString('base64')}`,
        name: hostile, description: hostile, tags: [hostile], title: hostile });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    count++;
    assert.equal(made.body.metadata?.creator, hostile);
    await look(made.body.id);
    await page.locator('.facts dd', { hasText: '<script>' }).nth(3).waitFor();
    await page.getByText('History', { exact: true }).click();
    await page.locator('.history li', { hasText: '<img src=x' }).waitFor();
    assert.equal(await page.locator('.about img').count(), 0);
    assert.notEqual(await page.title(), 'hit');
    await accessible(page);
});

test('a sensitive picture is veiled until somebody wants to see it', { skip, ...limit }, async () => {
    await own('PUT', '/api/presets/careful', { moderation: { levels: { explicit: 'blur' } } });
    const veiled = await keep('veiled.jpg', 'rude words', { preset: 'careful' });
    assert.equal(veiled.blurred, true);
    await look(veiled.id);
    await page.locator('.stage.veiled').waitFor();
    await accessible(page);
    await button('Show').click();
    await page.locator('.stage:not(.veiled)').waitFor();
});

test('deleted, after being asked', { skip, ...limit }, async () => {
    await look();
    await button('Delete picture').click();
    await button('Delete').click();
    await page.waitForFunction((id) => !window.location.pathname.endsWith(id), one.id);
    assert.equal((await own('GET', `/api/pictures/${one.id}`)).status, 404);
    assert.deepEqual(page.complaints, []);
});
