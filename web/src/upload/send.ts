// One file on its way to the server. The old request of browsers, because only that tells how much has left.
import { Problem, token, type Uploaded } from '../api';
import { language } from '../i18n';

export interface Sending {
  file: File;
  key: string; // the same for every attempt, so that a repeated one takes effect once
  later: boolean; // answer before it is tagged
  moved: (share: number) => void; // 0..1
  signal: AbortSignal;
}

/** The server has no room just now: come back after so many seconds. */
export class Busy extends Error {
  constructor(readonly seconds: number) {
    super('busy');
  }
}

function addressOf({ file, later }: Sending): string {
  const words = new URLSearchParams({ name: file.name.slice(-255), duplicates: 'return', lang: language.value });
  if (later) words.set('async', 'true');
  return `/api/pictures?${words}`;
}

function problemOf(request: XMLHttpRequest): Error {
  const body = (request.response ?? {}) as Partial<Record<'code' | 'detail' | 'hint', string>>;
  if (request.status === 503 || request.status === 429) return new Busy(Number(request.getResponseHeader('Retry-After')) || 5);
  return new Problem(request.status, body.code ?? 'unknown', body.detail ?? request.statusText, body.hint ?? '');
}

export function send(sending: Sending): Promise<Uploaded> {
  const request = new XMLHttpRequest();
  const { file, signal } = sending;
  return new Promise((take, fail) => {
    request.open('POST', addressOf(sending));
    request.responseType = 'json';
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('X-CSRF-Token', token());
    request.setRequestHeader('Idempotency-Key', sending.key);
    request.setRequestHeader('Content-Type', file.type.startsWith('image/') ? file.type : 'application/octet-stream');
    request.upload.onprogress = (event) => event.lengthComputable && sending.moved(event.loaded / event.total);
    request.onload = () => (request.status < 300 && request.response ? take(request.response as Uploaded) : fail(problemOf(request)));
    request.onerror = () => fail(new Problem(0, 'offline', 'The server does not answer.', ''));
    request.onabort = () => fail(new DOMException('given up', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
