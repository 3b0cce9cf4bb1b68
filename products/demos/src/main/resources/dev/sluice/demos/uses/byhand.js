// A hand-written WebSocket client: it reconnects after 3 s, then after twice as long each time, at most ten
// times, and reads only new messages. It misses messages sent in the meantime and cannot detect that.

const FIRST_MS = 3_000;
const TRIES = 10;

export function byHand(url, onMessage, onState) {
    let socket;
    let tries = 0;
    let timer;
    const open = () => {
        onState('connecting');
        socket = new WebSocket(url);
        socket.onopen = () => {
            tries = 0;
            onState('open');
        };
        socket.onmessage = ({ data }) => onMessage(JSON.parse(data));
        socket.onclose = () => {
            onState(tries < TRIES ? 'waiting' : 'ended');
            if (tries < TRIES) timer = setTimeout(open, FIRST_MS * 2 ** tries++);
        };
    };
    open();
    return () => {
        clearTimeout(timer);
        socket.onclose = null;
        socket.close();
    };
}
