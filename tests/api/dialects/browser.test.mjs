// Calls from pages of another origin, in a real browser: preflights, the origins that a key allows, forms, forms with a
// file, what a page may read of an answer. Chromium is Debian's, driven by playwright-core.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { address, cloud, own, sdk } from './help.mjs';

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const skip = chromium ? false : 'Chromium is not installed; scripts/setup --dev brings it';
const dot = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><circle r="20" cx="24" cy="24"/></svg>';
const limit = { timeout: 300000 };

let browser, pages, origin, key, strange;

/** Two pages of an origin of their own: one that the key's list names, one that no list names. */
async function servePage() {
    const server = createServer((request, response) => {
        const drawn = request.url.endsWith('.svg');
        response.writeHead(200, { 'Content-Type': drawn ? 'image/svg+xml' : 'text/html' });
        response.end(drawn ? dot : '<!doctype html><title>shop</title><img id="seo" src="/dot.svg" width="64" height="48">');
    });
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    return server;
}

before(async () => {
    if (skip) return;
    pages = [await servePage(), await servePage()];
    [origin, strange] = pages.map((server) => `http://127.0.0.1:${server.address().port}`);
    const made = await own('POST', '/api/keys', { name: 'page', origins: [origin], scopes: ['admin', 'write', 'read'] });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    key = made.body;
    browser = await sdk('playwright-core').chromium.launch({
        executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], timeout: 240000 });
}, limit);

after(async () => {
    await browser?.close();
    pages?.forEach((server) => { server.close(); server.closeAllConnections(); });
}, limit);

/** Runs a function in a page of this origin, with {address, key, ...}. */
async function inPage(of, run, more = {}) {
    const page = await browser.newPage();
    try {
        await page.goto(`${of}/`, limit);
        return await page.evaluate(run, { address, key: key.key, ...more });
    } finally {
        await page.close();
    }
}

test('AI Image Tag API: a file of the page, as its document shows', { skip, ...limit }, async () => {
    const result = await inPage(origin, async ({ address, key }) => {
        const file = new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'a walk'], 'test.jpg', { type: 'image/jpeg' });
        const arrayBuffer = await file.arrayBuffer();
        const bytes = new Uint8Array(arrayBuffer);
        const base64Image = btoa(String.fromCharCode.apply(null, bytes));
        const imageData = `data:${file.type};base64,${base64Image}`;
        const response = await fetch(`${address}/api/v1/generate_tags`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${key}` },
            body: JSON.stringify({ image: imageData, lang: 'en' }),
        });
        return { ...await response.json(), id: response.headers.get('X-Request-Id') };
    });
    assert.equal(result.code, 0, JSON.stringify(result));
    assert.equal(result.id, result.request_id);
    assert.ok(result.data.tags.tags.includes('dog'));
});

test('AI Image Tag API: texts for an image of the page', { skip, ...limit }, async () => {
    const [alt, title, tags] = await inPage(origin, async ({ address, key }) => {
        // As printed but for the address.
        const enhanceImageSEO = async (imageElement, apiKey) => {
            const canvas = document.createElement('canvas');
            const ctx = canvas.getContext('2d');
            canvas.width = imageElement.width;
            canvas.height = imageElement.height;
            ctx.drawImage(imageElement, 0, 0);
            const base64Image = canvas.toDataURL('image/jpeg');
            const response = await fetch(`${address}/api/v1/generate_tags`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${apiKey}` },
                body: JSON.stringify({ image: base64Image }),
            });
            const result = await response.json();
            const { tags, title, description } = result.data.tags;
            imageElement.alt = description;
            imageElement.title = title;
            imageElement.setAttribute('data-tags', tags.join(', '));
        };
        const image = document.getElementById('seo');
        await image.decode();
        await enhanceImageSEO(image, key);
        return [image.alt, image.title, image.dataset.tags];
    });
    assert.match(tags, /dog/);
    assert.ok(alt && title);
});

test('an origin that the key does not name may not read the answer', { skip, ...limit }, async () => {
    const call = async ({ address, key }) => {
        try {
            const response = await fetch(`${address}/api/v1/generate_tags`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json', 'Authorization': `Bearer ${key}` },
                body: '{}',
            });
            return response.status;
        } catch (error) {
            return error.name;
        }
    };
    assert.equal(await inPage(strange, call), 'TypeError');
    assert.equal(await inPage(origin, call), 400);
    assert.equal(await inPage(origin, call, { key: 'wrong' }), 401);
});

/** What Cloudinary's page on uploads from browsers does: a form with a file and the name of an unsigned preset. */
const uploadUnsigned = async ({ address, cloud, preset }) => {
    const form = new FormData();
    form.append('file', new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'a dog'], 'dog.jpg', { type: 'image/jpeg' }));
    form.append('upload_preset', preset);
    try {
        const response = await fetch(`${address}/v1_1/${cloud}/image/upload`, { method: 'POST', body: form });
        return { status: response.status, ...await response.json() };
    } catch (error) {
        return { failed: error.name };
    }
};

test('Cloudinary: an unsigned upload', { skip, ...limit }, async () => {
    const basic = Buffer.from(`${key.id}:${key.secret}`).toString('base64');
    const made = await fetch(`${address}/v1_1/${cloud}/upload_presets`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Basic ${basic}` },
        body: JSON.stringify({ name: 'page', unsigned: true, detection: 'coco', auto_tagging: 0.6 }),
    });
    assert.equal(made.status, 200, await made.text());
    const uploaded = await inPage(origin, uploadUnsigned, { cloud, preset: 'page' });
    assert.equal(uploaded.status, 200, JSON.stringify(uploaded));
    assert.ok(uploaded.tags.includes('dog'));
    assert.ok(uploaded.public_id && uploaded.secure_url);
    const refused = await inPage(origin, uploadUnsigned, { cloud, preset: 'nothing' });
    assert.equal(refused.status, 400, JSON.stringify(refused));
    assert.match(refused.error.message, /preset/i);
    assert.deepEqual(await inPage(strange, uploadUnsigned, { cloud, preset: 'page' }), { failed: 'TypeError' });
});

/** What ImageKit's JavaScript for pages sends: a form with the file and what the page's own server signed. */
const uploadSigned = async ({ address, publicKey, token, expire, signature }) => {
    const form = new FormData();
    form.append('file', new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'a dog'], 'dog.jpg', { type: 'image/jpeg' }));
    form.append('fileName', 'dog.jpg');
    form.append('extensions', JSON.stringify([{ name: 'google-auto-tagging', minConfidence: 50, maxTags: 5 }]));
    Object.entries({ publicKey, token, expire, signature }).forEach(([name, value]) => form.append(name, value));
    try {
        const response = await fetch(`${address}/api/v1/files/upload`, { method: 'POST', body: form });
        return { status: response.status, ...await response.json() };
    } catch (error) {
        return { failed: error.name };
    }
};

/** As the page's own server makes it: for one upload, within the hour. */
function clientToken() {
    const token = randomUUID();
    const expire = Math.floor(Date.now() / 1000) + 1800;
    const signature = createHmac('sha1', key.secret).update(token + expire).digest('hex');
    return { publicKey: key.id, token, expire, signature };
}

test('ImageKit: an upload by a client token', { skip, ...limit }, async () => {
    const once = clientToken();
    const uploaded = await inPage(origin, uploadSigned, once);
    assert.equal(uploaded.status, 200, JSON.stringify(uploaded));
    assert.equal(uploaded.extensionStatus['google-auto-tagging'], 'success');
    assert.ok(uploaded.fileId && uploaded.AITags.some((tag) => tag.name.toLowerCase() === 'dog'));
    for (const token of [once, { ...clientToken(), signature: '0'.repeat(40) }]) {
        const refused = await inPage(origin, uploadSigned, token);
        assert.ok([400, 401].includes(refused.status), JSON.stringify(refused));
        assert.ok(refused.message && 'help' in refused);
        // However much later.
        await new Promise((later) => setTimeout(later, 1500));
        assert.equal((await inPage(origin, uploadSigned, token)).status, refused.status);
    }
    assert.deepEqual(await inPage(strange, uploadSigned, clientToken()), { failed: 'TypeError' });
});

test('ImageKit: what a page may change with a preflight', { skip, ...limit }, async () => {
    const basic = Buffer.from(`${key.secret}:`).toString('base64');
    const change = async ({ address, basic, file }) => {
        try {
            const response = await fetch(`${address}/v1/files/${file}/details`, {
                method: 'PATCH',
                headers: { 'Content-Type': 'application/json', Authorization: `Basic ${basic}` },
                body: JSON.stringify({ tags: ['page'] }),
            });
            return { status: response.status, ...await response.json() };
        } catch (error) {
            return { failed: error.name };
        }
    };
    const file = (await inPage(origin, uploadSigned, clientToken())).fileId;
    const changed = await inPage(origin, change, { basic, file });
    assert.deepEqual([changed.status, changed.tags], [200, ['page']], JSON.stringify(changed));
    assert.deepEqual(await inPage(strange, change, { basic, file }), { failed: 'TypeError' });
});
