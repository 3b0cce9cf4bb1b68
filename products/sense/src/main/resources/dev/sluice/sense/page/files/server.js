// The page of a server: its live figures once a second, and the last day by minutes.
import { age, bytes, chart, clock, find, make, number, put, set, words } from '../../page/program.js';
import { ask, at, checkPage, reading, segments } from './api.js';
import { Figures, MEGABYTE } from './figures.js';
import { connect } from './live.js';
import { stateOf } from './states.js';
import { answer, failure } from './strip.js';

/** The number of samples with which the page starts: a minute or two. */
const LAST = 120;

/** The interval at which the day is read again. */
const DAY_EVERY_MS = 60_000;

const name = segments()[1];
const figures = new Figures();
find('limit').href = `${at('new').pathname}?type=threshold&server=${encodeURIComponent(name)}`;
let check = null;
let day = null;
let dayReadAt = Date.now(); // When it was last requested.
let isDay = location.hash === '#day';
let plots = null;
let isDue = false;

const percent = (value) => (value === null || value === undefined ? '–' : `${number(Math.round(value * 10) / 10)} %`);
const rate = (value) => (value === null || value === undefined ? '–' : words('sense.server.rate', { bytes: bytes(value) }));

const sluice = connect();
sluice.channel(`sense/samples/${name}`, { last: LAST, type: 'server' }).on('server', ({ data }) => {
    figures.take(data);
    soon();
});
sluice.channel('sense/state').on('open', load).on('state', ({ key, data }) => {
    if (isIts(data)) check = data;
    else if (key === check?.name) check = null; // It was removed.
    soon();
});

const isIts = (data) => data?.type === 'server' && data.server === name;

/** Reads what was published before the page was opened. */
async function load() {
    await reading(find('said'), async () => {
        const before = check;
        const [{ checks }, { name: _, silent, ...newest }] = await Promise.all([ask('checks'), ask(`servers/${encodeURIComponent(name)}`)]);
        if (check === before) check = checks.find(isIts) ?? null; // A state that has arrived in the meantime is newer.
        if (newest.at) figures.begin(newest);
        if (isDay) await readDay();
    });
    soon();
}

async function readDay() {
    dayReadAt = Date.now();
    day = await ask(`servers/${encodeURIComponent(name)}/day`);
}

function soon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
        isDue = false;
        if (figures.newest) draw();
    });
}

function draw() {
    const { newest } = figures;
    find('sense').removeAttribute('data-loading');
    drawHead(newest);
    drawFigures(newest);
    drawDisks(newest.disks ?? []);
    rows('processes', newest.processes ?? [], ({ pid, name: process, cpu, memory }) => [`${process} (${pid})`, percent(cpu), bytes(memory)]);
    find('io').hidden = !newest.disk_io;
    rows('disk-io', newest.disk_io ?? [], ({ name: disk, read, write, busy }) => [disk, rate(read), rate(write), percent(busy)]);
    rows('interfaces', newest.network ?? [], ({ name: each, in: received, out }) => [each, rate(received), rate(out)]);
    find('span-live').ariaPressed = String(!isDay);
    find('span-day').ariaPressed = String(isDay);
    drawCharts();
}

function drawHead(newest) {
    const state = check?.state ?? 'unknown';
    find('head').dataset.state = state;
    set(find('headline-sign'), stateOf(state).firstChild.textContent);
    put(find('headline'), 'sense.check.head', { title: check?.title ?? name, state: words(`sense.is.${state}`) });
    const parts = [newest.host, newest.os, newest.cores && words('sense.server.cores', { n: number(newest.cores) })];
    if (check && state !== 'up') parts.unshift(answer(failure(check)));
    set(find('subline'), parts.filter(Boolean).join(' · '));
    find('check').hidden = check === null;
    if (check) find('check').href = checkPage(check.name);
}

/** Formats a size without a line break before its unit. */
const unbroken = (size) => bytes(size).replace(' ', '\u00a0');

function drawFigures(newest) {
    const share = ({ total, used } = {}) => (total ? (100 * used) / total : null);
    const space = (each) => (each?.total ? `${percent(share(each))} · ${words('sense.server.of', { used: unbroken(each.used), total: unbroken(each.total) })}` : '–');
    const all = [
        ['sense.server.cpu', percent(newest.cpu)],
        ['sense.server.load', newest.load ? newest.load.map(number).join(' · ') : '–'],
        ['sense.server.memory', space(newest.memory)],
        newest.swap && ['sense.server.swap', space(newest.swap)],
        newest.temperature !== undefined && ['sense.server.temperature', hottest(newest)],
        ['sense.server.up', age(newest.uptime_s * 1000)],
        ['sense.server.sample', age(Math.max(0, Date.now() - figures.takenAt))],
        newest.dropped > 0 && ['sense.server.dropped', number(newest.dropped)],
    ];
    find('figures').replaceChildren(...all.filter(Boolean).map(([label, text]) => {
        const box = make('div');
        box.append(put(make('dt'), label), make('dd', '', text));
        return box;
    }));
}

/** Returns the highest temperature, with the name of its sensor if there are several. */
function hottest({ temperature, temperatures = [] }) {
    const text = `${number(temperature)} °C`;
    return temperatures.length > 1 ? `${text} · ${temperatures[0].sensor}` : text;
}

function drawDisks(disks) {
    find('disks').replaceChildren(...disks.map(({ mount, total, used }) => {
        const row = make('tr');
        row.append(make('td', '', mount));
        const cell = row.appendChild(make('td', 'sense-disk'));
        const bar = cell.appendChild(make('progress'));
        bar.max = 100;
        bar.value = (100 * used) / total;
        bar.ariaLabel = mount;
        cell.append(make('span', '', `${percent(bar.value)} · ${words('sense.server.of', { used: bytes(used), total: bytes(total) })}`));
        return row;
    }));
}

/** Fills a table whose first column is text and whose other columns are figures. */
function rows(id, all, cells) {
    find(id).replaceChildren(...all.map((each) => {
        const row = make('tr');
        cells(each).forEach((text, i) => row.append(make('td', i === 0 ? '' : 'figure', text)));
        return row;
    }));
}

async function drawCharts() {
    if (plots === null) {
        plots = { use: null };
        const { Chart, Crosshair } = await chart();
        plots.crosshair = new Crosshair();
        plots.network = new Chart(find('network-chart'), plots.crosshair);
        plots.io = new Chart(find('io-chart'), plots.crosshair);
        plots.use = new Chart(find('use-chart'), plots.crosshair);
        plots.crosshair.follow(drawLegends);
    }
    if (plots.use === null) return;
    const { times } = series();
    if (times.length < 2) return;
    plots.use.draw({ times, lines: lines(USE), text: percent, unit: '' });
    plots.network.draw({ times, lines: lines(NETWORK), text: bytes, unit: '' });
    if (present(IO).length > 0) plots.io.draw({ times, lines: lines(IO), text: (value) => bytes(value * MEGABYTE), unit: '' });
    put(find('window'), 'sense.server.window', { since: clock(new Date(times[0]), false) });
    drawLegends();
}

const USE = [['cpu', 'a'], ['memory', 'b'], ['swap', 'c'], ['disk-busy', 'd']];
const IO = [['disk-read', 'a'], ['disk-write', 'b']];
const NETWORK = [['in', 'a'], ['out', 'b']];

/** Returns the data of the charts: the times, and the values of each column. */
const series = () => (isDay && day ? figures.ofDay(day) : figures.live());

/** Returns the columns that have values. */
const present = (columns) => columns.filter(([column]) => series().values(column).some((value) => value !== null));

const lines = (columns) => present(columns).map(([column, tone]) => ({ label: words(`sense.server.${column}`), tone, values: series().values(column) }));

/** Shows the values at the crosshair, or the newest values if there is no crosshair. */
function drawLegends() {
    const { times, values } = series();
    const place = plots.crosshair.at ?? times.length - 1;
    const when = plots.crosshair.at === null ? words('sense.newest') : clock(new Date(times[place]), false);
    for (const [id, columns, text] of [['use-legend', USE, percent], ['network-legend', NETWORK, rate], ['io-legend', IO, (value) => rate(value && value * MEGABYTE)]]) {
        find(id).replaceChildren(make('span', 'quiet', when), ...present(columns).map(([column, tone]) => {
            const item = make('span', `sense-line tone-${tone}`);
            item.append(put(make('span'), `sense.server.${column}`), ' ', make('b', '', text(values(column)[place])));
            return item;
        }));
    }
}

async function show(wantsDay) {
    isDay = wantsDay;
    history.replaceState(null, '', isDay ? '#day' : location.pathname + location.search);
    await reading(find('said'), async () => isDay && readDay());
    soon();
}
find('span-live').addEventListener('click', () => show(false));
find('span-day').addEventListener('click', () => show(true));
document.addEventListener('languagechange', soon);
setInterval(() => {
    if (isDay && Date.now() - dayReadAt > DAY_EVERY_MS) show(true);
    soon();
}, 1000);
