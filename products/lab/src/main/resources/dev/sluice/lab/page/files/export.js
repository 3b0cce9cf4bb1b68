// Exports a run as JSON, or as a picture of its figures.
import { make } from '../../page/program.js';
import { figure, nameOf } from './lane-view.js';
import { TONES } from './lanes.js';

const WIDTH = 900;
const ROW = 30;

function save(blob, name) {
    const link = make('a', '', '');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function json(run) {
    save(new Blob([JSON.stringify(run, null, 2)], { type: 'application/json' }), 'sluice-lab.json');
}

/** The title of each chart, and its value for a lane. */
const CHARTS = [
    ['p50 ms', ({ delivered }) => delivered?.p50 ?? 0],
    ['p50 ms ↑', ({ published }) => published?.p50 ?? 0],
    ['B / event', ({ delivered }) => (delivered ? delivered.up + delivered.down : 0)],
    ['B / event ↑', ({ published }) => (published ? published.up + published.down : 0)],
    ['requests / event', ({ delivered }) => delivered?.requests ?? 0],
    ['KiB / client', ({ footprint }) => Math.max(0, footprint.memoryBytes ?? 0) / 1024],
    ['s after a cut', ({ recovery }) => recovery?.seconds ?? 0],
];

/** Draws bars of latency, bytes, requests, memory and recovery, as far as they were measured. */
export function png(run) {
    const canvas = make('canvas', '', '');
    const style = getComputedStyle(document.documentElement);
    const charts = CHARTS.filter(([, value]) => run.lanes.some((lane) => value(lane) > 0));
    canvas.width = WIDTH;
    canvas.height = charts.length * (run.lanes.length + 2) * ROW;
    const pen = canvas.getContext('2d');
    pen.fillStyle = style.getPropertyValue('color-scheme').includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches ? '#0d1214' : '#ffffff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const ink = getComputedStyle(document.body).color;
    pen.font = '14px system-ui, sans-serif';
    charts.forEach(([title, value], chart) => {
        const top = chart * (run.lanes.length + 2) * ROW;
        pen.fillStyle = ink;
        pen.fillText(title, 10, top + 22);
        const most = Math.max(...run.lanes.map(value), 1e-9);
        run.lanes.forEach((lane, i) => {
            const y = top + (i + 1) * ROW;
            pen.fillStyle = ink;
            pen.fillText(nameOf(lane.lane), 10, y + 20);
            const width = (value(lane) / most) * (WIDTH - 320);
            pen.fillText(figure(value(lane)), 190 + width, y + 20);
            pen.fillStyle = colour(TONES[lane.lane]);
            pen.fillRect(180, y + 6, width, 18);
        });
    });
    canvas.toBlob((blob) => save(blob, 'sluice-lab.png'));
}

/** Returns a tone as a colour value for a canvas. */
function colour(tone) {
    const probe = make('i', `tag tone-${tone}`, '');
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
}
