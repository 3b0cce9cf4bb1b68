// The recommendation for the visitor's need, which the hub computes from the figures.
import { bytes, find, number, set, words } from '../../page/program.js';
import { recommended } from './claims.js';
import { figure, nameOf } from './lane-view.js';
import { isTold } from './processor.js';

let run = null;
let asked = 0;

export function begin() {
    find('need').addEventListener('input', ask);
    find('need').addEventListener('submit', (event) => event.preventDefault());
    ask();
}

/** @param measured the plan and the figures of the lanes */
export function show(measured) {
    run = measured;
    ask();
}

export function need() {
    return {
        readers: Number(find('need-readers').value),
        rate: Number(find('need-rate').value) / 60,
        sendRate: Number(find('need-send').value) / 60,
        freshMs: Number(find('need-fresh').value) * 1000,
        mayLose: find('need-lose').checked,
        surroundings: [...find('need').querySelectorAll('input[type=checkbox][value]:checked')].map(({ value }) => value).filter((value) => value !== 'on'),
        measure: find('need-measure').value,
    };
}

async function ask() {
    if (!run?.lanes.length) return say(words('lab.advice.none'));
    if (!find('need').checkValidity()) return;
    const turn = ++asked;
    const answer = await fetch('recommend', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...run, need: need() }) });
    if (turn !== asked || !answer.ok) return;
    const candidates = await answer.json();
    const [best, second] = candidates.filter(({ refusal }) => !refusal);
    showRefused(candidates.filter(({ refusal }) => refusal));
    if (candidates.every(({ refusal }) => refusal === 'UNMEASURED')) return say(words('lab.advice.unmeasured'));
    if (!best) return say(words('lab.advice.impossible'));
    recommended(words('lab.here.use', { lane: nameOf(best.lane) }));
    say([words('lab.advice.cost', costs(best)), comparison(best, second)].join(' '));
    set(find('advice-basis'), basis(best));
}

/** Rounds to two digits: a figure that was multiplied by thousands is no more precise. */
const rounded = (value) => Number(value.toPrecision(2));

/**
 * The number of cores that can't be distinguished from the hub's own work. An idle hub's processor time
 * varies from second to second by about its own size, and the extrapolation multiplies that by the readers of
 * the need. Infinite if the system does not report processor time.
 */
function doubtfulCores() {
    const { ownCpuUs, plan } = run;
    return ownCpuUs === null ? Infinity : (ownCpuUs * need().readers) / plan.clients / 1e6;
}

/** Returns true if the table shows the processor time of a lane. */
const isInTable = ({ lane }) => {
    const { delivered, published } = run.lanes.find((each) => each.lane === lane) ?? {};
    return [delivered, published].some((traffic) => traffic && isTold(run.ownCpuUs, traffic));
};

const isStated = ({ cores }) => cores > doubtfulCores();

function costs(best) {
    const seconds = best.intervalMs === undefined ? null : rounded(best.intervalMs / 1000);
    return {
        lane: seconds === null ? nameOf(best.lane) : words('lab.advice.polling', { lane: nameOf(best.lane), seconds }),
        bytes: bytes(rounded(best.bytesPerSecond)),
        cores: isStated(best) ? words('lab.advice.cores', { cores: number(rounded(best.cores)) }) : '',
        ms: figure(best.latencyMs),
    };
}

function comparison(best, second) {
    if (!second) return words('lab.advice.only');
    if (need().measure === 'PROCESSOR' && !isStated(best)) return words('lab.advice.uncertain');
    const name = nameOf(second.lane);
    if (!(best.cost > 0)) return words('lab.advice.free', { second: name });
    const times = rounded(second.cost / best.cost);
    return times > 1 ? words('lab.advice.best', { second: name, times }) : words('lab.advice.alike', { second: name });
}

/** Describes the figures on which the recommendation is based. */
function basis(best) {
    const { clients } = run.plan;
    const { readers } = need();
    const said = readers > clients ? [words('lab.advice.extrapolated', { clients: number(clients), readers: number(readers) })] : [];
    if (!isStated(best)) said.push(words(isInTable(best) ? 'lab.advice.cores-rate' : 'lab.advice.cores-untold'));
    return said.join(' ');
}

function say(text) {
    set(find('advice'), text);
    set(find('advice-basis'), '');
}

/** Shows the lanes that do not meet the need, each with its reason. */
function showRefused(refused) {
    const why = ({ lane, refusal }) => words('lab.advice.refused', { lane: nameOf(lane), why: words(`lab.refusal.${refusal.toLowerCase().replaceAll('_', '-')}`) });
    set(find('refused'), refused.map(why).join(' · '));
}
