// The official Cloudinary SDK for Node, unmodified. CLOUDINARY_URL is set before it is loaded: it chooses between http
// and https at that moment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloud, sdk } from './help.mjs';

const cloudinary = sdk('cloudinary').v2;

test('the server is there', async () => {
    assert.equal(cloudinary.config().cloud_name, cloud);
    assert.equal((await cloudinary.api.ping()).status, 'ok');
});
