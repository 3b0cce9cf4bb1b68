// A whiteboard. A stroke is a binary frame: colour, width, then points of two 16-bit numbers each.
import { language, make } from '../../page/program.js';
import { both } from '../client/both.js';
import { colour, sharp } from './draw.js';

const COLOURS = ['accent', 'good', 'warn', 'bad', 'ink', 'quiet', 'edge', 'accent'];
const EDGE = 65_535;
const STROKES_MAX = 2_000;
const POINTS_MAX = 256;
const RECONNECT_MS = 1_000;

export function show(element, sluice, { isCard, base, isCurrent }) {
    const canvas = element.appendChild(make('canvas', 'board'));
    canvas.ariaLabel = language() === 'zh' ? '白板' : 'Whiteboard';
    canvas.role = 'img';
    const strokes = [];
    const add = (bytes) => {
        strokes.push(bytes);
        if (strokes.length > STROKES_MAX) strokes.shift();
        draw(canvas, bytes);
    };
    const clear = () => {
        strokes.length = 0;
        const { context, width, height } = sharp(canvas);
        context.clearRect(0, 0, width, height);
    };
    new ResizeObserver(() => {
        const { context, width, height } = sharp(canvas);
        context.clearRect(0, 0, width, height);
        for (const bytes of strokes) draw(canvas, bytes);
    }).observe(canvas);
    // A card reads the strokes as events. On the stage, which uses the WebSocket, this subscription shows the
    // program that somebody watches.
    const channel = sluice.channel('demos/board', { after: isCard ? 'earliest' : undefined, join: true });
    channel.on('sluice.gap', clear).on('message', ({ data }) => isCard && data instanceof Uint8Array && add(data));
    if (isCard) return;
    const socket = connect(new URL('strokes?client=board', base), { add, clear }, isCurrent);
    pen(canvas, (bytes) => socket.current.readyState === WebSocket.OPEN && socket.current.send(bytes));
    const wipe = element.appendChild(make('button'));
    wipe.type = 'button';
    wipe.append(both('Empty the board', '清空白板'));
    wipe.addEventListener('click', () => fetch(new URL('strokes', base), { method: 'DELETE' }));
}

/** Connects to the board. The server sends the whole picture first, so a lost connection loses nothing. */
function connect(url, { add, clear }, isCurrent) {
    const socket = { current: new WebSocket(url) };
    const open = () => {
        socket.current.binaryType = 'arraybuffer';
        socket.current.onopen = clear;
        socket.current.onmessage = ({ data }) => (data.byteLength ? add(new Uint8Array(data)) : clear());
        socket.current.onclose = () => setTimeout(() => {
            if (!isCurrent()) return;
            socket.current = new WebSocket(url);
            open();
        }, RECONNECT_MS);
    };
    open();
    return socket;
}

function draw(canvas, bytes) {
    const { context, width, height } = sharp(canvas);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    context.strokeStyle = colour(canvas, COLOURS[bytes[0]]);
    context.lineWidth = bytes[1];
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    for (let at = 2; at + 4 <= bytes.length; at += 4) {
        context.lineTo((view.getUint16(at) / EDGE) * width, (view.getUint16(at + 2) / EDGE) * height);
    }
    context.stroke();
}

/** Sends a short stroke for each move of the pointer. */
function pen(canvas, send) {
    const tone = Math.floor(Math.random() * 4);
    let last = null;
    const point = (event) => {
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const share = (n) => Math.round(Math.min(1, Math.max(0, n)) * EDGE);
        return [share((event.clientX - left) / width), share((event.clientY - top) / height)];
    };
    canvas.addEventListener('pointerdown', (event) => {
        canvas.setPointerCapture(event.pointerId);
        last = point(event);
    });
    canvas.addEventListener('pointermove', (event) => {
        if (!last) return;
        const moves = event.getCoalescedEvents?.() ?? [];
        const points = [last, ...(moves.length ? moves : [event]).map(point)].slice(-POINTS_MAX);
        last = points.at(-1);
        send(encode(tone, 4, points));
    });
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { last = null; });
}

function encode(tone, width, points) {
    const view = new DataView(new ArrayBuffer(2 + 4 * points.length));
    view.setUint8(0, tone);
    view.setUint8(1, width);
    for (const [i, [x, y]] of points.entries()) {
        view.setUint16(2 + 4 * i, x);
        view.setUint16(4 + 4 * i, y);
    }
    return view.buffer;
}
