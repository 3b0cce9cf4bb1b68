// What the row `doors` compares: one channel of our server through the protocols that it serves, and the Durable Streams server of npm.
import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { knownStack } from './answer-stacks.mjs';
import { all } from './servers.mjs';
import { inHome, settings } from './settings.mjs';

const DATA = 'x'.repeat(100);
const SECRET = 'the secret of the row doors, of 32 bytes or more';
const folder = inHome('proof/bench', 'target', 'doors');
const hub = all.find((each) => each.id === 'sluice');

/** The settings of all protocols, in which they share the channel `doors/load`. */
function protocols() {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/mercure.key`, SECRET);
    writeFileSync(`${folder}/pusher.properties`, `bench.key = bench\nbench.secret = ${SECRET}\nbench.channels = doors\n`);
    const values = {
        'durable_streams.path': '/streams',
        'mercure.path': '/.well-known/mercure',
        'mercure.publisher_key_file': `${folder}/mercure.key`,
        'mercure.anonymous': true,
        'mercure.channels': 'doors',
        'pusher.apps_file': `${folder}/pusher.properties`,
    };
    return Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}

const request = (path, type, body, headers = '') =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** A way to publish for `publishBy`: the same request again and again. */
const posting = (bytes, status) => ({ open: () => '', publish: bytes, answer: `HTTP/1.1 ${status} ` });

function mercureUpdate() {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ mercure: { publish: ['*'] } })}`;
    const token = `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
    return request('/.well-known/mercure', 'application/x-www-form-urlencoded', `topic=load&data=${DATA}`, `Authorization: Bearer ${token}\r\n`);
}

/** Its signature holds for ten minutes. */
function pusherTrigger() {
    const body = JSON.stringify({ name: 'message', channel: 'load', data: DATA });
    const path = '/apps/bench/events';
    const md5 = createHash('md5').update(body).digest('hex');
    const query = `auth_key=bench&auth_timestamp=${Math.floor(Date.now() / 1000)}&auth_version=1.0&body_md5=${md5}`;
    const signature = createHmac('sha256', SECRET).update(`POST\n${path}\n${query}`).digest('hex');
    return request(`${path}?${query}&auth_signature=${signature}`, 'application/json', body);
}

/** Creates a stream, which has to be there before its readers. */
const creating = (path) => async ({ url }) => {
    const answer = await fetch(url + path, { method: 'PUT', headers: { 'Content-Type': 'text/plain' } });
    if (answer.status !== 201) throw new Error(`the stream was not created: ${answer.status}`);
};

const door = (id, name, as, way, more = {}) => ({ ...hub, id, name, command: (port) => [...hub.command(port), ...protocols()], as, way, ...more });
const reading = (path, ...more) => ['--subscribe-path', path, '--publish-path', '/channels/doors/load', ...more];
const subscribing = JSON.stringify({ event: 'pusher:subscribe', data: { channel: 'load' } });

const allDoors = [
    door('sluice', 'Sluice: SSE, POST', { sse: reading('/channels/doors/load') }, posting(() => request('/channels/doors/load', 'text/plain', DATA), 201)),
    door(
        'sluice-durable-streams',
        'Sluice: Durable Streams',
        { sse: reading('/streams/doors/load?offset=now&live=sse') },
        posting(() => request('/streams/doors/load', 'text/plain', DATA), 204),
        { prepare: creating('/streams/doors/load') },
    ),
    door('sluice-mercure', 'Sluice: Mercure', { sse: reading('/.well-known/mercure?topic=load') }, posting(mercureUpdate, 200)),
    door('sluice-pusher', 'Sluice: Pusher', { ws: reading('/app/bench?protocol=7', '--hello', subscribing) }, posting(pusherTrigger, 200)),
    {
        ...knownStack('durable-streams'),
        as: { sse: ['--subscribe-path', '/load?offset=now&live=sse', '--publish-path', '/load'] },
        way: posting(() => request('/load', 'text/plain', DATA), 204),
        prepare: creating('/load'),
    },
];

export const doors = allDoors.filter((each) => each.isOurs || !settings.peers || settings.peers.includes(each.id));
export const knownDoor = (id) => allDoors.find((each) => each.id === id);
