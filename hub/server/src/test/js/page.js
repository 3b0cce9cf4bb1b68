// The code that a page needs to follow a channel, with three APIs. The tests run it in a blank page and take its reports:
// {id, data}, {place} for a cursor without an event, {note} for anything else, {ended} when nothing more will follow.

window.told = [];
window.sources = [];

function tell(object) {
    window.told.push(object);
    window.wake?.();
}

/** Returns the reports since the last call, as soon as there are some; none after a short wait without any. */
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
            // An error drops everything unread, including the first line (Streams §4.5.2).
            tell({ place: answer.headers.get('Sluice-Cursor') });
            const text = answer.body.pipeThrough(new TextDecoderStream());
            let begun = '';
            for await (const piece of text) {
                const parts = (begun + piece).split('\n');
                begun = parts.pop(); // An incomplete line is dropped.
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
