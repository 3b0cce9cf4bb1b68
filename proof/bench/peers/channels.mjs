// The common part of the Node peers: the readers of each channel, and publishing over HTTP.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const readers = new Map();

export function join(channel, reader) {
    let all = readers.get(channel);
    if (!all) readers.set(channel, (all = new Set()));
    all.add(reader);
    return () => all.delete(reader);
}

export function readersOf(channel) {
    return readers.get(channel) ?? [];
}

/** Answers a POST to /pub/NAME after calling `pass` with the name and the data. */
export function publish(request, response, pass) {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
        pass(request.url.slice('/pub/'.length), Buffer.concat(pieces).toString());
        response.writeHead(204).end();
    });
}

/** A server; over TLS, if the command line has a certificate and its key. */
export function serverOf(handler) {
    const [cert, key] = process.argv.slice(3);
    return key ? https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, handler) : http.createServer(handler);
}

/** Listens. */
export function listen(server) {
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
}
