// What a page in a browser has to write to follow a channel, three ways. Run in a blank page by the tests, which take what it
// tells: {id, data}, {place} where there is no event, {note} for anything else, {ended} when there will be no more.

window.told = [];
window.sources = [];

function tell(object) {
    window.told.push(object);
    window.wake?.();
}

/** Gives what was told since it was asked last, as soon as there is something; nothing if there is nothing for a while. */
window.take = async function () {
    if (window.told.length === 0) {
        await new Promise(resolve => {
            window.wake = resolve;
            setTimeout(resolve, 250);
        });
    }
    return window.told.splice(0);
};

window.follow = {
    EVENTSOURCE(url, types = []) {
        const source = new EventSource(url);
        window.sources.push(source);
        source.onopen = () => tell({ note: 'open' });
        source.onmessage = event => tell({ id: event.lastEventId, data: event.data });
        for (const type of types) {
            source.addEventListener(type, event => tell({ note: `${type} ${event.data}` }));
        }
        source.onerror = () => tell({ note: `error, state ${source.readyState}` });
    },

    WEBSOCKET(url) {
        const socket = new WebSocket(url);
        window.sources.push(socket);
        socket.onmessage = message => envelope(JSON.parse(message.data));
        socket.onclose = close => tell({ ended: `closed ${close.code} ${close.reason}` });
    },

    async FETCH(url) {
        const leave = new AbortController();
        window.sources.push({ close: () => leave.abort() });
        try {
            const answer = await fetch(url, { headers: { Accept: 'application/x-ndjson' }, signal: leave.signal });
            // An error drops what was not read yet, the first line too (Streams §4.5.2).
            tell({ place: answer.headers.get('Sluice-Cursor') });
            const text = answer.body.pipeThrough(new TextDecoderStream());
            let begun = '';
            for await (const piece of text) {
                const parts = (begun + piece).split('\n');
                begun = parts.pop(); // Half a line is none.
                parts.map(JSON.parse).forEach(envelope);
            }
            tell({ ended: 'end of body' });
        } catch (broken) {
            tell({ ended: `broken: ${broken}` });
        }
    },
};

function envelope(object) {
    if (object.id) tell({ id: object.cursor ?? object.id, data: object.data });
    else if (object.cursor ?? object.heartbeat) tell({ place: object.cursor ?? object.heartbeat.cursor });
    else tell({ note: JSON.stringify(object) });
}
