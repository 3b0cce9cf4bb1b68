// How long the typewriter takes to its first word, from the click: the question is posted, the answer's channel is
// read over `fetch`, and its first piece has come. Against a hub that has just been started:
//
//     ./sluice serve --memory --port 8441 &
//     node docs/evidence/first-word.mjs http://127.0.0.1:8441
//
// Prints milliseconds for six answers, one after the other: posting + opening + waiting. On two quiet cores, of four
// starts, the first answer took 57 to 62 ms, the second 8 to 15, the others 5 to 13.
import http from 'node:http';

const hub = process.argv[2];

// Node's own first requests take longer, and are none of ours.
const other = http.createServer((request, response) => {
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    response.write('{"id":');
    setTimeout(() => response.end('"Why"}'), 20);
});
await new Promise(listening => other.listen(0, '127.0.0.1', listening));
for (let i = 0; i < 10; i++) await ask(`http://127.0.0.1:${other.address().port}`, false);

for (let i = 0; i < 6; i++) console.log(await ask(hub, true));
process.exit(0);

async function ask(base, ends) {
    const begun = performance.now();
    const asked = await fetch(`${base}/demos/typewriter/answers`, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: '{"question":"","language":"en"}',
    });
    const {id} = await asked.json();
    const posted = performance.now();
    const answer = await fetch(`${base}/channels/typewriter/${id}?after=earliest&coalesce=true`, {
        headers: {Accept: 'text/plain'},
    });
    const opened = performance.now();
    const reader = answer.body.getReader();
    for (let text = ''; !text.includes('Why'); ) text += new TextDecoder().decode((await reader.read()).value);
    const ms = [posted - begun, opened - posted, performance.now() - opened].map(each => each.toFixed(0));
    const sum = (performance.now() - begun).toFixed(0);
    await reader.cancel();
    if (ends) await fetch(`${base}/channels/typewriter/${id}?close=true`, {method: 'POST'});
    return `${sum} = ${ms.join(' + ')}`;
}
