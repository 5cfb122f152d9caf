// Cloudinary's Upload API by the official SDK for Node, unmodified: multipart bodies without a length, streams, parts with a
// total of -1, unsigned uploads, notifications checked by the SDK's own verifier.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { Readable } from 'node:stream';
import { address, cloud, key, keyId, own, picture, receiver, sdk, secret } from './help.mjs';

const cloudinary = sdk('cloudinary').v2;
const { api, uploader, utils } = cloudinary;
const PART = 5_000_000;

/** The SDK uploads files by their path. */
let files = 0;
function file(words, name = `picture-${files++}.jpg`) {
    writeFileSync(name, Buffer.isBuffer(words) ? words : picture(words));
    return name;
}

const upload = (words, options) => uploader.upload(file(words), options);

/** The message of whatever the SDK throws, and its status. */
async function refused(call, status, ...words) {
    try {
        await call();
    } catch (thrown) {
        const error = thrown.error ?? thrown;
        assert.equal(error.http_code, status, error.message);
        for (const word of words) assert.ok(error.message.includes(word), error.message);
        return;
    }
    assert.fail('it was not refused');
}

test('an upload has the documented shape', async () => {
    const got = await upload('shape', { public_id: 'node/shape', tags: 'one,two', context: { alt: 'a=b|c' } });
    for (const [name, kind] of Object.entries({
        asset_id: 'string', public_id: 'string', version: 'number', version_id: 'string', signature: 'string',
        width: 'number', height: 'number', format: 'string', resource_type: 'string', created_at: 'string',
        pages: 'number', bytes: 'number', type: 'string', etag: 'string', placeholder: 'boolean', url: 'string',
        secure_url: 'string', folder: 'string', original_filename: 'string', api_key: 'string',
    })) assert.equal(typeof got[name], kind, name);
    assert.deepEqual(got.tags, ['one', 'two']);
    assert.deepEqual(got.context, { custom: { alt: 'a=b|c' } });
    assert.ok(utils.verify_api_response_signature(got.public_id, got.version, got.signature));
    const answer = await fetch(got.secure_url);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), picture('shape'));
});

test('pictures come by path, stream, address and data URI', async () => {
    const content = picture('every way');
    assert.equal((await upload('every way')).bytes, content.length);
    assert.equal((await uploader.upload(`data:image/jpeg;base64,${content.toString('base64')}`)).bytes, content.length);
    const streamed = await new Promise((done, failed) => {
        const sink = uploader.upload_stream({ public_id: 'streamed' }, (error, got) => (error ? failed(error) : done(got)));
        Readable.from([content.subarray(0, 5), content.subarray(5)]).pipe(sink);
    });
    assert.equal(streamed.public_id, 'streamed');
    const server = http.createServer((request, response) => {
        const found = request.url !== '/missing';
        response.writeHead(found ? 200 : 404).end(found ? content : '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const base = `http://127.0.0.1:${server.address().port}`;
    assert.equal((await uploader.upload(`${base}/a.jpg`)).bytes, content.length);
    await refused(() => uploader.upload(`${base}/missing`), 400, 'Error in loading');
    server.close();
});

test('names', async () => {
    const name = file('names', 'My picture.jpg');
    const named = await uploader.upload(name, { use_filename: true, unique_filename: false, folder: 'f' });
    assert.equal(named.public_id, 'f/My_picture');
    assert.match((await uploader.upload(name, { use_filename: true })).public_id, /^My_picture_[a-z0-9]{6}$/);
    await refused(() => uploader.upload(name, { public_id: 'a?b' }), 400, 'invalid');
    const first = await upload('first', { public_id: 'stays' });
    const second = await upload('second', { public_id: 'stays', overwrite: false });
    assert.equal(second.existing, true);
    assert.equal(second.etag, first.etag);
    const third = await upload('third', { public_id: 'stays' });
    assert.equal(third.asset_id, first.asset_id);
    assert.notEqual(third.etag, first.etag);
});

test('detection and tags by confidence', async () => {
    const got = await upload('dog', { detection: 'coco_v1,captioning', auto_tagging: 0.9, categorization: 'google_tagging', ocr: 'adv_ocr' });
    assert.deepEqual(got.tags, ['dog']);
    const { object_detection: found, captioning } = got.info.detection;
    for (const finds of Object.values(found.data.coco.tags)) assert.equal(finds[0]['bounding-box'].length, 4);
    assert.ok(captioning.data.caption);
    assert.equal(got.info.categorization.google_tagging.status, 'complete');
    assert.equal(got.info.ocr.adv_ocr.status, 'complete');
    assert.deepEqual((await upload('dog', { detection: 'coco' })).tags, []);
    for (const line of [-1, 2, 'abc', NaN]) {
        await refused(() => upload('dog', { detection: 'coco', auto_tagging: line }), 400, 'Invalid auto_tagging');
    }
});

test('add-ons that are not there are refused as the SDK expects', async () => {
    await refused(() => upload('x', { detection: 'illegal' }), 400, "Detection invalid model 'illegal'");
    await refused(() => upload('x', { categorization: 'illegal' }), 400, 'is not valid');
    await refused(() => upload('x', { ocr: 'illegal' }), 400, 'is invalid');
    await refused(() => upload('x', { raw_convert: 'illegal' }), 400, 'Raw convert is invalid');
    await refused(() => upload('x', { background_removal: 'illegal' }), 400, 'is invalid');
    await refused(() => upload('x', { moderation: 'illegal' }), 400, 'Moderation illegal moderation is not valid');
    await refused(() => upload('x', { allowed_formats: ['png'] }), 400, 'not allowed');
    await refused(() => upload('x', { resource_type: 'raw' }), 400, 'not supported');
    await refused(() => upload('x', { resource_type: 'video' }), 400, 'not supported');
    await refused(() => upload('bad'), 400, 'Invalid image file');
    await refused(() => uploader.upload(file(Buffer.alloc(0))), 400, 'Empty file');
});

test('measures and moderation', async () => {
    const got = await upload('rude', { colors: true, faces: true, phash: true, quality_analysis: true, moderation: 'webpurify|manual' });
    assert.match(got.colors[0][0], /^#[0-9A-F]{6}$/);
    assert.deepEqual(got.faces, [[10, 20, 30, 40]]);
    assert.ok('phash' in got && 'quality_analysis' in got && 'predominant' in got);
    assert.deepEqual(got.moderation.map((step) => step.status), ['rejected', 'aborted']);
});

test('what would change pixels is said not to be done', async () => {
    const got = await upload('pixels', { eager: [{ width: 100, crop: 'scale' }], transformation: [{ angle: 20 }] });
    assert.equal(got.eager[0].status, 'failed');
    assert.deepEqual(got.ignored.sort(), ['eager', 'transformation']);
});

test('explicit, rename, destroy', async () => {
    await upload('dog', { public_id: 'node/explicit', tags: 'a' });
    const got = await uploader.explicit('node/explicit', { type: 'upload', tags: 'b', detection: 'coco', auto_tagging: 0.9 });
    assert.deepEqual(got.tags.sort(), ['b', 'dog']);
    assert.equal((await uploader.explicit('node/explicit', { type: 'upload', async: true })).status, 'pending');
    await refused(() => uploader.explicit('nobody', { type: 'upload' }), 404, 'Resource not found');
    await refused(() => uploader.explicit('node/explicit', { type: 'upload', detection: 'illegal' }), 400, 'invalid model');
    assert.equal((await uploader.rename('node/explicit', 'node/renamed')).public_id, 'node/renamed');
    await upload('taken', { public_id: 'node/taken' });
    await refused(() => uploader.rename('node/renamed', 'node/taken'), 400, 'already exists');
    assert.equal((await uploader.rename('node/renamed', 'node/taken', { overwrite: true })).public_id, 'node/taken');
    await refused(() => uploader.rename('nobody', 'x'), 404, 'Resource not found');
    assert.deepEqual(await uploader.destroy('node/taken'), { result: 'ok' });
    assert.deepEqual(await uploader.destroy('node/taken'), { result: 'not found' });
});

test('tags, context and metadata of many', async () => {
    const ids = ['many/1', 'many 2'];
    for (const id of ids) await upload(id, { public_id: id });
    assert.deepEqual((await uploader.add_tag('mine', [...ids, 'nobody'])).public_ids, ids);
    await uploader.add_tag(['t2', 't3'], ids);
    await uploader.remove_tag('t2', ids);
    assert.deepEqual((await api.resource('many 2')).tags.sort(), ['mine', 't3']);
    await uploader.replace_tag('only', ids);
    assert.deepEqual((await api.resource('many/1')).tags, ['only']);
    await uploader.remove_all_tags(ids);
    assert.deepEqual((await api.resource('many/1')).tags, []);
    await uploader.add_context({ k: 'v', w: 'x|y' }, ids);
    assert.deepEqual((await api.resource('many/1')).context.custom, { k: 'v', w: 'x|y' });
    await uploader.remove_all_context(ids);
    assert.equal((await api.resource('many/1')).context, undefined);
    await api.add_metadata_field({ external_id: 'node', type: 'string', label: 'Node' });
    assert.deepEqual((await uploader.update_metadata({ node: 'yes' }, ids)).public_ids, ids);
    await refused(() => uploader.add_tag('x', []), 400, 'public_ids');
});

test('an upload in parts of which the size is not known before its end', async () => {
    const content = Buffer.concat([picture('large'), randomBytes(2 * PART)]);
    const large = (path, options) => new Promise((done, failed) => {
        uploader.upload_large(path, { resource_type: 'image', ...options }, (error, got) => (error ? failed(error) : done(got)));
    });
    const got = await large(file(content, 'large.jpg'), { chunk_size: PART, public_id: 'node/large' });
    assert.deepEqual([got.public_id, got.bytes], ['node/large', content.length]);
    await refused(() => large('large.jpg', { chunk_size: PART - 1 }), 400, 'All parts except EOF-chunk must be larger than 5mb');
});

test('unsigned uploads', async () => {
    await api.create_upload_preset({ name: 'node', unsigned: true, tags: 'preset', folder: 'free' });
    await api.create_upload_preset({ name: 'signed only', tags: 'preset' });
    const got = await uploader.unsigned_upload(file('unsigned'), 'node', { public_id: 'u' });
    assert.deepEqual([got.public_id, got.tags], ['free/u', ['preset']]);
    await refused(() => uploader.unsigned_upload(file('x'), 'nobody'), 400, 'Upload preset not found');
    await refused(() => uploader.unsigned_upload(file('x'), 'signed only'), 400, 'whitelisted');
    const signed = await upload('signed', { upload_preset: 'signed only' });
    assert.deepEqual(signed.tags, ['preset']);
});

test('wrong secrets', async () => {
    await refused(() => upload('x', { api_secret: 'another' }), 401, 'Invalid Signature', 'String to sign');
    await refused(() => upload('x', { api_key: 'tk_nobody' }), 401, 'Unknown API key');
    await refused(() => upload('x', { timestamp: 1000000000 }), 400, 'Stale request');
    const got = await uploader.upload(file('token'), { oauth_token: key, tags: 'bearer' });
    assert.deepEqual(got.tags, ['bearer']);
    const sha256 = await uploader.upload(file('sha256'), { signature_algorithm: 'sha256', tags: 'a&b' });
    assert.deepEqual(sha256.tags, ['a&b']);
    for (const signature_version of [1, 2]) {
        assert.equal((await upload('v', { signature_version, tags: 'a&b' })).tags[0], 'a&b');
    }
});

test('async, and a notification that the SDK believes', async () => {
    const hook = await receiver();
    const got = await upload('later', { async: true, public_id: 'node/later', notification_url: hook.url, detection: 'coco' });
    assert.deepEqual([got.status, got.public_id], ['pending', 'node/later']);
    const note = await hook.arrived((one) => one.json?.public_id === 'node/later');
    assert.equal(note.json.notification_type, 'upload');
    assert.equal(note.json.signature_key, keyId);
    const stamp = Number(note.headers['x-cld-timestamp']), signature = note.headers['x-cld-signature'];
    cloudinary.config({ api_secret: secret });
    assert.ok(utils.verifyNotificationSignature(note.body, stamp, signature));
    assert.ok(!utils.verifyNotificationSignature(`${note.body} `, stamp, signature));
    assert.ok(!utils.verifyNotificationSignature(note.body, stamp, signature, -1));
    hook.close();
});

test('what a browser does: delete by token, and errors are never HTML', async () => {
    const { delete_token: token } = await upload('token', { return_delete_token: true });
    const gone = await fetch(`${address}/v1_1/${cloud}/image/delete_by_token`, { method: 'POST', body: new URLSearchParams({ token }) });
    assert.deepEqual(await gone.json(), { result: 'ok' });
    for (const path of ['/v1_1/x/image/nonsense', '/v1_1/x/y/z', '/res/x/image/upload/nobody.jpg']) {
        const answer = await fetch(address + path, { method: path.startsWith('/res') ? 'GET' : 'POST' });
        assert.equal(typeof (await answer.json()).error.message, 'string');
    }
    const { status } = await own('GET', '/api/pictures?limit=1');
    assert.equal(status, 200);
});
