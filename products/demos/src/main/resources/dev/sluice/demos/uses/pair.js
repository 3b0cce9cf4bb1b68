// Two readers of the quotes with separate connections: one reads each trade, for the other the hub skips
// outdated prices. They differ once they read slowly.
import { Sluice } from '../../client.js';
import { make, put } from '../../page/program.js';

const READERS = [
    { client: 'every', options: {}, name: (line) => put(line, 'stage.every') },
    { client: 'conflated', options: { conflate: true }, name: (line) => line.append('conflate=true') },
];

export function pair(element, base, options) {
    element.replaceChildren();
    const all = READERS.map(({ client, options: more, name }) => reader(element, base, { ...options, client }, more, name));
    const timer = setInterval(() => all.forEach((each) => each.show()), 250);
    return () => {
        clearInterval(timer);
        for (const { sluice } of all) sluice.close();
    };
}

function reader(element, base, options, more, name) {
    const line = element.appendChild(make('p', 'reader'));
    name(line.appendChild(make('span')));
    const bar = line.appendChild(make('meter'));
    bar.max = 30;
    bar.ariaLabel = options.client;
    const age = line.appendChild(make('b', '', '–'));
    const sluice = new Sluice(base, options);
    let newest = null;
    sluice.channel('demos/quotes', { ...more, join: true }).on('message', ({ time }) => { newest = Date.now() - Date.parse(time); });
    const show = () => {
        if (newest === null) return;
        const seconds = Math.max(0, newest / 1_000);
        bar.value = seconds;
        put(age, 'stage.age', { seconds: seconds.toFixed(1) });
    };
    return { sluice, show };
}
