// A WebSocket as it is written by hand: it reconnects after 3 s, then after twice as long each time, at most ten times,
// and reads what comes from then on. What was sent meanwhile is lost, and the page cannot know.

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
