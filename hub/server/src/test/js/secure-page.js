// Lets tests use EventSource and WebSocket in a page, and read what these report: 'open', the data of an event,
// 'sluice.error {…}', 'reconnecting', 'closed', which has a code and a reason if a WebSocket was.

window.sources = [];

window.follow = (api, address) => {
    const reports = [];
    const waiting = new Set();
    const report = text => {
        reports.push(text);
        for (const wake of waiting) wake();
    };
    const source = api === 'WebSocket' ? webSocket(address, report) : eventSource(address, report);
    source.onopen = () => report('open');
    return window.sources.push({ source, reports, waiting }) - 1;
};

function eventSource(address, report) {
    const source = new EventSource(address, { withCredentials: true });
    source.onmessage = ({ data }) => report(data);
    source.onerror = () => report(source.readyState === EventSource.CLOSED ? 'closed' : 'reconnecting');
    source.addEventListener('sluice.error', ({ data }) => report(`sluice.error ${data}`));
    return source;
}

function webSocket(address, report) {
    const socket = new WebSocket(address.replace(/^http/, 'ws'));
    socket.onmessage = ({ data }) => {
        const { id, data: event, error } = JSON.parse(data);
        if (id) report(event);
        if (error) report(`sluice.error ${data}`);
    };
    socket.onclose = ({ code, reason }) => report(`closed ${code} ${reason}`);
    return socket;
}

/** Resolves when there is a report that begins so. */
window.until = (number, start) => new Promise(resolve => {
    const { reports, waiting } = window.sources[number];
    const look = () => {
        if (!reports.some(each => each.startsWith(start))) return;
        waiting.delete(look);
        resolve();
    };
    waiting.add(look);
    look();
});
