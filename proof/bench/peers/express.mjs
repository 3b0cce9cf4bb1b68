// The loop over responses with which most tutorials on Server-Sent Events end.
import { createServer } from 'node:http';
import express from 'express';
import { join, listen, publish, readersOf } from './channels.mjs';

const app = express();
let id = 0;
app.get('/sub/:channel', (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.flushHeaders();
    response.on('close', join(request.params.channel, response));
});
app.post('/pub/:channel', (request, response) =>
    publish(request, response, (channel, data) => {
        id++;
        for (const reader of readersOf(channel)) reader.write(`id: ${id}\ndata: ${data}\n\n`);
    }),
);
listen(createServer(app));
