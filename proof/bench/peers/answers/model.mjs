// The common part of the backends of the row `answers`: a model that writes fifty tokens a second for each answer, and the requests that start one.

import http from 'node:http';

const EVERY_MS = 20;

const answers = new Set();

/** Writes a token when it is due. Its text has its number, from 1, and the time when it was due, which readers check. */
function tick() {
    const now = performance.now();
    for (const answer of answers) {
        while (answer.due <= now && answer.written < answer.tokens) {
            answer.token(`w${++answer.written}.${(performance.timeOrigin + answer.due).toFixed(1)};`);
            answer.due += EVERY_MS;
        }
        if (answer.written === answer.tokens && answers.delete(answer)) answer.end();
    }
}

/** Writes an answer of so many tokens: calls `token` for each and then `end`. */
export function write(tokens, token, end) {
    answers.add({ tokens, written: 0, due: performance.now() + EVERY_MS, token, end });
}

/** Serves `POST /answers/ID?tokens=N`, which starts an answer, and what else is asked of /answers/ID. */
export function serve(start, read) {
    setInterval(tick, 1);
    const server = http.createServer(async (request, response) => {
        const { pathname, searchParams } = new URL(request.url, 'http://backend');
        const id = pathname.slice('/answers/'.length);
        try {
            if (request.method === 'POST') await start(id, Number(searchParams.get('tokens')), response);
            else await read(id, Number(searchParams.get('skip')), response);
        } catch (failure) {
            console.error(failure);
            if (!response.headersSent) response.writeHead(500);
            response.end();
        }
    });
    server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
}
