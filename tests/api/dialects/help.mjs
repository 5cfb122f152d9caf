// What the journeys in Node share: where the server is, who asks, the SDKs, calls of our own API, a receiver of webhooks.
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';

const given = process.env;

export const address = given.TAGSMITH_ADDRESS;
export const cloud = given.TAGSMITH_CLOUD;
export const keyId = given.TAGSMITH_KEY_ID;
export const key = given.TAGSMITH_KEY;
export const secret = given.TAGSMITH_SECRET;

/** An installed package, such as 'cloudinary': its CommonJS side. */
export const sdk = createRequire(`${given.TAGSMITH_SDK}/package.json`);

/** A picture for the tagger that looks at no pixel: a JPEG by its first bytes. Which words it heeds: see
 *  tests/support/fake_tagger.c. */
export const picture = (words) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(words)]);

/** Our own API: {status, body}. */
export async function own(method, path, body) {
    const headers = { Authorization: `Bearer ${key}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await fetch(address + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text && JSON.parse(text) };
}

/** Asks again until `ask` gives something true: for what happens a little later. */
export async function until(ask, seconds = 120) {
    for (const end = Date.now() + seconds * 1000; ;) {
        const got = await ask();
        if (got) return got;
        if (Date.now() > end) throw new Error(`it did not happen: ${ask}`);
        await new Promise((later) => setTimeout(later, 20));
    }
}

/** Receives webhooks: notes hold {path, headers, body (text), json}. `answer(note)` gives the status. */
export async function receiver(answer = () => 200) {
    const notes = [];
    const server = http.createServer(async (request, response) => {
        let body = '';
        for await (const piece of request.setEncoding('utf8')) body += piece;
        const note = { path: request.url, headers: request.headers, body, json: JSON.parse(body || 'null') };
        notes.push(note);
        response.writeHead(answer(note)).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
        notes,
        url: `http://127.0.0.1:${server.address().port}/hook`,
        arrived: (fits) => until(() => notes.find(fits)),
        close: () => { server.close(); server.closeAllConnections(); },
    };
}

/** What a call was refused with, whatever the SDK throws. */
export async function refusal(call) {
    try {
        await call();
    } catch (error) {
        return error;
    }
    throw new Error('it was not refused');
}
