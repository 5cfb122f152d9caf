// Requests to our own server: one place for the session's token, for errors and for giving up.
import type { components } from './openapi';

type Schemas = components['schemas'];
export type Picture = Schemas['Picture'];
export type Tag = Schemas['Tag'];
export type SearchAnswer = Schemas['SearchAnswer'];
export type Session = Schemas['Session'];
export type Suggestions = Schemas['Suggestions'];
export type Facets = Schemas['FacetAnswer'];
export type Cell = Schemas['Cell'];
export type Place = Schemas['Places']['places'][number];
export type SavedSearch = Schemas['SavedSearch'];
export type Edit = Schemas['Edit'];
export type Uploaded = Schemas['Uploaded'];
export type History = Schemas['History'];
export type Diff = Schemas['Diff'];
export type Concept = Schemas['Concept'];
export type Vocabulary = Schemas['Vocabulary'];
export type Scheme = Schemas['Scheme'];
export type SchemeList = Schemas['SchemeList'];
export type SchemeConcept = Schemas['SchemeConcept'];
export type SchemeConcepts = Schemas['SchemeConcepts'];
export type SchemeMatch = Schemas['SchemeMatch'];
export type SchemeSettings = Schemas['SchemeSettings'];
export type PresetDocument = Schemas['PresetDocument'];
export type Preset = Schemas['Preset'];
export type PresetList = Schemas['PresetList'];
export type WebhookWish = Schemas['WebhookWish'];
export type Webhook = Schemas['Webhook'];
export type WebhookList = Schemas['WebhookList'];
export type WebhookTest = Schemas['WebhookTest'];
export type Delivery = Schemas['Delivery'];
export type DeliveryList = Schemas['DeliveryList'];
export type KeyWish = Schemas['KeyWish'];
export type Key = Schemas['Key'];
export type KeyMade = Schemas['KeyMade'];
export type KeyList = Schemas['KeyList'];
export type Usage = Schemas['Usage'];
export type Job = Schemas['Job'];
export type JobList = Schemas['JobList'];
export type Status = Schemas['Status'];
export type ModelList = Schemas['ModelList'];
export type Person = Schemas['Person'];
export type PersonList = Schemas['PersonList'];
export type Role = Schemas['Role'];
export type Invitation = Schemas['Invitation'];
export type InvitationToken = Schemas['InvitationToken'];
export type Neighbours = Schemas['Neighbours'];

/** What the server said no with: what happened and what to do. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly hint: string,
  ) {
    super(detail);
  }
}

let csrf = '';

/** The token that every change carries; a session gives it. */
export function useToken(token: string): void {
  csrf = token;
}

export function token(): string {
  return csrf;
}

async function problemOf(answer: Response): Promise<Problem> {
  const body = await answer.json().catch(() => ({}));
  return new Problem(answer.status, body.code ?? 'unknown', body.detail ?? answer.statusText, body.hint ?? '');
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown; // a File or Blob goes as it is, all else as JSON
  version?: number | undefined; // changes only what is still at this version
  signal?: AbortSignal | undefined;
}

function addressOf(path: string, query: Ask['query']): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') words.set(name, String(value));
  }
  const text = words.toString();
  return text ? `${path}?${text}` : path;
}

async function send(path: string, ask: Ask): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (ask.method && ask.method !== 'GET') headers['X-CSRF-Token'] = csrf;
  const raw = ask.body instanceof Blob ? ask.body : undefined;
  if (ask.body !== undefined) headers['Content-Type'] = raw ? raw.type || 'application/octet-stream' : 'application/json';
  if (ask.version !== undefined) headers['If-Match'] = `"${ask.version}"`;
  const init: RequestInit = { method: ask.method ?? 'GET', headers, credentials: 'same-origin' };
  if (ask.body !== undefined) init.body = raw ?? JSON.stringify(ask.body);
  if (ask.signal) init.signal = ask.signal;
  let answer: Response;
  try {
    answer = await fetch(addressOf(path, ask.query), init);
  } catch (reason) {
    if (ask.signal?.aborted) throw reason;
    throw new Problem(0, 'offline', 'The server does not answer.', 'Is it still running?');
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

export async function call<T>(path: string, ask: Ask = {}): Promise<T> {
  const answer = await send(path, ask);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export async function bytes(path: string, ask: Ask = {}): Promise<ArrayBuffer> {
  return (await send(path, ask)).arrayBuffer();
}

/** A file that is asked for by more than an address can say. */
export async function download(path: string, body: unknown): Promise<{ name: string; content: Blob }> {
  const answer = await send(path, { method: 'POST', body });
  const [, name = 'download'] = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '') ?? [];
  return { name, content: await answer.blob() };
}
