// Writes each answer as docs/recipes/stream-an-answer.md does: with one upload, whose chunks are events.
import http from 'node:http';
import { serve, write } from './model.mjs';

const hub = process.argv[3];
const agent = new http.Agent({ maxSockets: Infinity });

serve((id, tokens, response) => {
    const upload = http.request(`${hub}/channels/answers/${id}?split=chunk&close=true`, { method: 'POST', agent }, (answer) => {
        if (answer.statusCode !== 200) console.error(id, answer.statusCode);
        answer.resume();
    });
    upload.on('error', (failure) => console.error(id, failure.message));
    upload.setHeader('Content-Type', 'text/plain;charset=utf-8');
    upload.flushHeaders();
    write(tokens, (text) => upload.write(text), () => upload.end());
    response.writeHead(202).end();
});
