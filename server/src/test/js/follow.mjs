// Follows a channel with a client that somebody else wrote, and says on standard output what it gets, one JSON object
// a line: {"id","data"}, {"place"} where there is no event, {"note"} for anything else. A line of standard input is
// sent over a WebSocket. Ends when its line has ended for good.
//
//   node follow.mjs WAY URL

import { createInterface } from 'node:readline';
import { EventSource } from 'eventsource';
import * as undici from 'undici';
import WebSocket from 'ws';

const ways = {
    eventsource: url => events(new EventSource(url)),
    'undici-eventsource': url => events(new undici.EventSource(url)),
    'undici-fetch': lines,
    'undici-websocket': url => messages(new undici.WebSocket(url)),
    ws: url => messages(new WebSocket(url)),
};

function say(object) {
    process.stdout.write(JSON.stringify(object) + '\n');
}

/** Comes back by itself, for ever; a final refusal is told. */
function events(source) {
    source.onmessage = event => say({ id: event.lastEventId, data: event.data });
    source.onerror = () => {
        say({ note: `error, state ${source.readyState}` });
        if (source.readyState === source.CLOSED) process.exit(0);
    };
}

async function lines(url) {
    const answer = await undici.fetch(url, { headers: { Accept: 'application/x-ndjson' } });
    say({ place: answer.headers.get('Sluice-Cursor') }); // An error drops what was not read yet, the first line too.
    const decoder = new TextDecoder();
    let begun = '';
    for await (const bytes of answer.body) {
        const parts = (begun + decoder.decode(bytes, { stream: true })).split('\n');
        begun = parts.pop(); // Half a line is none.
        parts.map(JSON.parse).forEach(envelope);
    }
}

function messages(socket) {
    createInterface(process.stdin).on('line', line => socket.send(line));
    socket.onmessage = message => envelope(JSON.parse(message.data));
    socket.onerror = error => say({ note: `error ${error.message}` });
    socket.onclose = close => {
        say({ note: `closed ${close.code} ${close.reason}` });
        process.exit(0);
    };
}

function envelope(object) {
    if (object.id) say({ id: object.cursor ?? object.id, data: object.data });
    else if (object.cursor ?? object.heartbeat) say({ place: object.cursor ?? object.heartbeat.cursor });
    else say({ note: JSON.stringify(object) });
}

const [way, url] = process.argv.slice(2);
process.stdin.resume().on('end', () => process.exit(0)); // Whoever started this is gone.
await ways[way](url);
