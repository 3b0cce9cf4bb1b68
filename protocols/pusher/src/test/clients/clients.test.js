// Unmodified clients against the hub at PUSHER_HOST and PUSHER_PORT, over TLS if PUSHER_TLS is set. A request to RESTART
// restarts it, if that is possible. Events are triggered by Pusher's server library.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import Echo from 'laravel-echo';
import Server from 'pusher';
import Pusher from 'pusher-js';

const { PUSHER_HOST: host, PUSHER_PORT: port, PUSHER_TLS: tls, RESTART: restart } = process.env;

const server = new Server({
    appId: 'shop',
    key: 'key-1',
    secret: 'secret-1',
    host,
    port,
    useTLS: Boolean(tls),
    encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString('base64'),
});

const open = [];
after(() => open.forEach((client) => client.disconnect()));

function connect(user = 'alice', key = 'key-1') {
    const client = new Pusher(key, {
        wsHost: host,
        wsPort: port,
        wssPort: port,
        forceTLS: Boolean(tls),
        enabledTransports: ['ws', 'wss'],
        cluster: '',
        channelAuthorization: {
            customHandler: ({ socketId, channelName }, callback) => {
                const member = { user_id: user, user_info: { name: user } };
                const data = channelName.startsWith('presence-') ? member : undefined;
                callback(null, server.authorizeChannel(socketId, channelName, data));
            },
        },
        userAuthentication: {
            customHandler: ({ socketId }, callback) => callback(null, server.authenticateUser(socketId, { id: user })),
        },
    });
    open.push(client);
    return client;
}

// The data of the next event of this name.
const next = (from, event) => new Promise((resolve) => from.bind(event, resolve));

async function subscribe(client, name) {
    const channel = client.subscribe(name);
    await next(channel, 'pusher:subscription_succeeded');
    return channel;
}

for (const name of ['orders', 'private-orders', 'presence-orders', 'private-encrypted-orders', 'private-cache-orders']) {
    test(`delivers on ${name}`, async () => {
        const channel = await subscribe(connect(), name);
        const event = next(channel, 'created');
        await server.trigger(name, 'created', { id: 42, text: 'é' });
        assert.deepEqual(await event, { id: 42, text: 'é' });
    });
}

test('gives up on an unknown key', async () => {
    const client = connect('alice', 'other');
    assert.equal((await next(client.connection, 'error')).error.data.code, 4001);
    assert.equal(client.connection.state, 'disconnected');
});

test('waits for room in an app that has its most connections', async () => {
    const first = connect('alice', 'key-2');
    await next(first.connection, 'connected');
    const second = connect('bob', 'key-2');
    assert.equal((await next(second.connection, 'error')).error.data.code, 4100);
    const connected = next(second.connection, 'connected');
    first.disconnect();
    await connected;
});

test('relays events of clients, without their sender', async () => {
    const [one, other] = [await subscribe(connect('alice'), 'private-room'), await subscribe(connect('bob'), 'private-room')];
    let own = 0;
    one.bind('client-typing', () => own++);
    const received = next(other, 'client-typing');
    one.trigger('client-typing', { n: 1 });
    assert.deepEqual(await received, { n: 1 });
    const marker = next(one, 'marker');
    await server.trigger('private-room', 'marker', {});
    await marker;
    assert.equal(own, 0);
});

test('lists members', async () => {
    const alice = await subscribe(connect('alice'), 'presence-room');
    const added = next(alice, 'pusher:member_added');
    const bob = await subscribe(connect('bob'), 'presence-room');
    assert.deepEqual((await added).info, { name: 'bob' });
    assert.equal(bob.members.count, 2);
    assert.deepEqual(bob.members.get('alice').info, { name: 'alice' });
    const answer = await server.get({ path: '/channels/presence-room/users' });
    assert.deepEqual((await answer.json()).users.map(({ id }) => id).sort(), ['alice', 'bob']);
    const listed = await server.get({ path: '/channels', params: { filter_by_prefix: 'presence-', info: 'user_count' } });
    assert.equal((await listed.json()).channels['presence-room'].user_count, 2);
});

test('leaves out the socket of the publisher', async () => {
    const [one, other] = [connect(), connect()];
    const [mine, theirs] = [await subscribe(one, 'news'), await subscribe(other, 'news')];
    let own = 0;
    mine.bind('written', () => own++);
    const received = next(theirs, 'written');
    const marker = next(mine, 'marker');
    await server.trigger('news', 'written', 1, { socket_id: one.connection.socket_id });
    await server.triggerBatch([{ channel: 'news', name: 'marker', data: '2' }]);
    assert.equal(await received, 1);
    await marker;
    assert.equal(own, 0);
});

test('sends to a user, and ends its connections', async () => {
    const client = connect('carol');
    const joined = next(client.connection, 'connected');
    client.signin();
    await joined;
    await client.user.signinDonePromise;
    await next(client.user.serverToUserChannel, 'pusher:subscription_succeeded');
    const received = next(client.user, 'hi');
    await server.sendToUser('carol', 'hi', { n: 1 });
    assert.deepEqual(await received, { n: 1 });
    const ended = next(client.connection, 'disconnected');
    await server.terminateUserConnections('carol');
    await ended;
});

test('serves Laravel Echo', async () => {
    const client = connect('dora');
    const echo = new Echo({ broadcaster: 'pusher', key: 'key-1', client });
    const here = new Promise((resolve) => echo.join('team').here(resolve));
    assert.deepEqual(await here, [{ name: 'dora' }]);
    const event = new Promise((resolve) => echo.join('team').listen('OrderShipped', resolve));
    await server.trigger('presence-team', 'App\\Events\\OrderShipped', { id: 1 });
    assert.deepEqual(await event, { id: 1 });
});

test('returns alone after a restart', { skip: !restart }, async () => {
    const client = connect('erin');
    const channel = await subscribe(client, 'private-orders');
    const subscribed = next(channel, 'pusher:subscription_succeeded');
    await fetch(restart);
    await subscribed;
    const event = next(channel, 'created');
    await server.trigger('private-orders', 'created', { id: 43 });
    assert.deepEqual(await event, { id: 43 });
});
