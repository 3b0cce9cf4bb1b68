/**
 * The backend of the chat: serves the page, signs tokens, and writes the answers of models into channels.
 *
 *     conversations/CHAT       question · answer       one of each for each question and answer
 *     answers/CHAT/ANSWER      start · delta … · end   with which the channel ends (docs/answers.md)
 *
 * It stores nothing: pages read the hub, after a reload and while this program is down, too.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Sluice } from 'sluice-client';
import { models } from './models.mjs';
import { words } from './page/words.js';

const { CHAT_HOST = 'localhost', PORT = '3000', SLUICE_URL = 'http://localhost:8420' } = process.env;

/** Without a sign of life of this program for so long, the hub ends the answers that it was writing. */
const LEASE_SECONDS = 5;

/** A page asks for another token before that. */
const TOKEN_SECONDS = 600;

/** Answers that are being written, and the bytes of a request, which has the messages before the question. */
const ANSWERS_MAX = 100;
const ANSWERS_OF_CHAT_MAX = 8;
const BODY_BYTES_MAX = 256 * 1024;
const QUESTION_CHARS_MAX = 4_000;

const CHAT = /^\/chats\/([\w-]{22})$/;
const TOKEN = /^\/chats\/([\w-]{22})\/token$/;
const ANSWER = /^\/chats\/([\w-]{22})\/answers\/([\w-]{22})\.([a-z]{1,20})\.([1-9]\d?)$/;
const READER = /^[a-z]{1,20}-[0-9a-f]{4}$/;

const secret = (await readFile('data/secret', 'utf8')).trim();
const files = {
  '/page.css': ['text/css', await read('page/page.css')],
  '/page.js': ['text/javascript', await read('page/page.js')],
  '/words.js': ['text/javascript', await read('page/words.js')],
  '/icon.svg': ['image/svg+xml', await read('page/icon.svg')],
  '/client.js': ['text/javascript', await readFile(fileURLToPath(import.meta.resolve('sluice-client')), 'utf8')],
};
const template = await read('page/index.html');
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    `connect-src 'self' ${SLUICE_URL} ${SLUICE_URL.replace(/^http/, 'ws')}`, "require-trusted-types-for 'script'", "trusted-types 'none'",
  ].join('; '),
  'Cache-Control': 'no-cache',
  'Referrer-Policy': 'no-referrer', // The link is what permits reading the chat.
  'X-Content-Type-Options': 'nosniff',
};

const sluice = new Sluice(SLUICE_URL, { backoff: { max: 1_000 }, getToken: () => token('backend', {
  subscribe: ['answers/*/*'], publish: ['conversations/*', 'answers/*/*'], close: ['answers/*/*'],
}) });
const writing = new Map(); // The chats of answers by their channels.

createServer(async (request, response) => {
  try {
    const { status = 200, headers, body = '' } = await route(request);
    response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8', ...headers }).end(body);
  } catch (error) {
    if (!error.status) console.error(error);
    response.writeHead(error.status ?? 500, HEADERS).end(error.status ? error.message : 'The backend failed.');
  }
}).listen(PORT, CHAT_HOST === 'localhost' ? '127.0.0.1' : undefined, () => console.log(`Open http://${CHAT_HOST}:${PORT}/`));

async function route(request) {
  const { method, headers } = request;
  const { pathname } = new URL(request.url, 'http://localhost');
  const [, chat, question, model, n] = CHAT.exec(pathname) ?? TOKEN.exec(pathname) ?? ANSWER.exec(pathname) ?? [];
  if (method === 'GET' && pathname === '/') return { status: 303, headers: { Location: `/chats/${randomBytes(16).toString('base64url')}?new` } };
  if (method === 'GET' && Object.hasOwn(files, pathname)) return { headers: { 'Content-Type': `${files[pathname][0]}; charset=utf-8` }, body: files[pathname][1] };
  if (method === 'GET' && CHAT.test(pathname)) return page(headers);
  if (method === 'POST' && TOKEN.test(pathname)) return { body: readerToken(chat, await body(request, 100)) };
  if (method === 'PUT' && question) return { status: await answer(chat, question, model, Number(n), parsed(await body(request, BODY_BYTES_MAX))) };
  throw refusal(404, 'Nothing here.');
}

/** The link of a chat permits reading it and stopping its answers, nothing else. An application with a login asks it here. */
function readerToken(chat, reader) {
  if (!READER.test(reader)) throw refusal(400, 'A reader needs a name.');
  const answers = `answers/${chat}/*`;
  return token(reader, { subscribe: [`conversations/${chat}`, answers], publish: [{ channels: answers, type: 'end' }], close: [answers] });
}

function token(sub, permissions) {
  const encoded = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + TOKEN_SECONDS;
  const signed = `${encoded({ alg: 'HS256', kid: 'chat' })}.${encoded({ sub, exp, sluice: permissions })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** Begins an answer. Its name is the page's choice, so a request that comes again does not ask the model again. */
async function answer(chat, question, name, n, { messages }) {
  const model = models.find(({ id }) => id === name);
  const isMessage = each => ['user', 'assistant'].includes(each?.role) && typeof each.content === 'string';
  if (!model || !Array.isArray(messages) || !messages.length || !messages.every(isMessage)) throw refusal(400, 'A question to a model is needed.');
  const text = messages.at(-1).content;
  if (!text || text.length > QUESTION_CHARS_MAX) throw refusal(400, `A question has 1 to ${QUESTION_CHARS_MAX} characters.`);
  const id = `${question}.${name}.${n}`;
  const channel = `answers/${chat}/${id}`;
  if (writing.has(channel)) return 204;
  const own = [...writing.values()].filter(each => each === chat).length;
  if (writing.size >= ANSWERS_MAX || own >= ANSWERS_OF_CHAT_MAX) throw refusal(429, 'Too many answers are being written.');
  writing.set(channel, chat);
  const conversation = sluice.channel(`conversations/${chat}`);
  let author;
  try {
    if (n === 1) await conversation.publish({ text }, { type: 'question', key: question, idempotencyKey: question });
    await conversation.publish({ question }, { type: 'answer', key: id, idempotencyKey: id }); // First: a kill leaves no answer without its name.
    author = sluice.author(channel, { start: { model: name, conversation: chat, question }, lease: LEASE_SECONDS });
    await author.opened;
    write(author, model, messages).finally(() => writing.delete(channel));
    return 201;
  } catch (error) {
    writing.delete(channel);
    author?.close(); // What has begun is lost, as the lease ends.
    if ([409, 412].includes(error.status)) return 204; // It was begun before this program was killed.
    throw error;
  } finally {
    conversation.close();
  }
}

/** Writes an answer to its end, with or without readers. */
async function write(author, model, messages) {
  let pieces = 0;
  try {
    let usage;
    for await (const piece of model.write({ messages, signal: author.signal })) {
      if (typeof piece === 'string') author.append(piece, { type: 'delta' });
      else usage = piece;
      pieces++;
    }
    await author.done(usage);
  } catch (error) {
    if (author.signal.aborted) return console.log(`${model.id}: ${author.signal.reason.message} After ${pieces} pieces.`);
    console.error(error); // Not for readers: it may contain secrets.
    await author.fail('error', 'The model failed.').catch(failure => console.error(failure));
  }
}

/** The page in the reader's language: `{{name}}` is a word of it. */
function page({ cookie = '', 'accept-language': accepted = '' }) {
  const chosen = name => new RegExp(`(?:^|; )${name}=(\\w+)`).exec(cookie)?.[1];
  const lang = Object.hasOwn(words, chosen('lang')) ? chosen('lang') : /^zh\b/i.test(accepted) ? 'zh' : 'en';
  const about = models.map(({ id, name, about }) => ({ id, name: name[lang], about: about[lang] }));
  const values = { ...words[lang], lang, theme: chosen('theme') ?? 'system', hub: SLUICE_URL, models: JSON.stringify(about) };
  const html = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => escape(values[name]));
  return { headers: { 'Content-Type': 'text/html; charset=utf-8', Vary: 'Cookie, Accept-Language' }, body: html };
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw refusal(400, 'This is not JSON.');
  }
}

async function body(request, bytesMax) {
  if (Number(request.headers['content-length']) > bytesMax) throw refusal(413, 'This is too long.');
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    if ((bytes += chunk.length) > bytesMax) throw refusal(413, 'This is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refusal(status, message) {
  return Object.assign(new Error(message), { status });
}

function read(file) {
  return readFile(new URL(file, import.meta.url), 'utf8');
}
