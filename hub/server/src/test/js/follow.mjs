// Follows a channel with a third-party client, and reports on standard output what it receives, one JSON object per
// line: {"id","data"}, {"place"} for a cursor without an event, {"note"} for anything else. Lines of standard input are
// sent over the WebSocket. Ends when the connection has ended for good.
//
//   node follow.mjs API URL

import { createInterface } from 'node:readline';
import { EventSource } from 'eventsource';
import * as undici from 'undici';
import WebSocket from 'ws';

const apis = {
    eventsource: url => events(new EventSource(url)),
    'undici-eventsource': url => events(new undici.EventSource(url)),
    'undici-fetch': lines,
    'undici-websocket': url => messages(new undici.WebSocket(url)),
    ws: url => messages(new WebSocket(url)),
};

function report(object) {
    process.stdout.write(JSON.stringify(object) + '\n');
}

/** Reconnects on its own, without end; a final refusal is reported. */
function events(source) {
    source.onmessage = event => report({ id: event.lastEventId, data: event.data });
    source.onerror = () => {
        report({ note: `error, state ${source.readyState}` });
        if (source.readyState === source.CLOSED) process.exit(0);
    };
}

async function lines(url) {
    const answer = await undici.fetch(url, { headers: { Accept: 'application/x-ndjson' } });
    report({ place: answer.headers.get('Sluice-Cursor') }); // An error drops everything unread, including the first line.
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of answer.body) {
        const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = parts.pop(); // An incomplete line is dropped.
        parts.map(JSON.parse).forEach(envelope);
    }
}

function messages(socket) {
    createInterface(process.stdin).on('line', line => socket.send(line));
    socket.onmessage = message => envelope(JSON.parse(message.data));
    socket.onerror = error => report({ note: `error ${error.message}` });
    socket.onclose = close => {
        report({ note: `closed ${close.code} ${close.reason}` });
        process.exit(0);
    };
}

function envelope(object) {
    if (object.id) report({ id: object.cursor ?? object.id, data: object.data });
    else if (object.cursor ?? object.heartbeat) report({ place: object.cursor ?? object.heartbeat.cursor });
    else report({ note: JSON.stringify(object) });
}

const [api, url] = process.argv.slice(2);
process.stdin.resume().on('end', () => process.exit(0)); // The parent process is gone.
await apis[api](url);
