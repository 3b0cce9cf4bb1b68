// The recommendation for what the visitor needs, computed by the hub from the figures.
import { bytes, find, set, words } from '../../page/program.js';
import { recommended } from './claims.js';
import { figure, nameOf } from './lane-view.js';

let run = null;
let asked = 0;

export function begin() {
    find('need').addEventListener('input', ask);
    find('need').addEventListener('submit', (event) => event.preventDefault());
    ask();
}

/** @param measured the plan and the lanes */
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
    const values = { lane: nameOf(best.lane), bytes: bytes(best.bytesPerSecond), cores: figure(best.cores), ms: figure(best.latencyMs) };
    recommended(words('lab.here.use', { lane: values.lane }));
    if (!second) return say(words('lab.advice.only', values));
    say(words('lab.advice.best', { ...values, second: nameOf(second.lane), times: figure(second.cost / best.cost) }));
}

function say(text) {
    set(find('advice'), text);
}

/** The lanes that do not satisfy the need, each with its reason. */
function showRefused(refused) {
    set(find('refused'), refused.map(({ lane, refusal }) => `${nameOf(lane)}: ${words(`lab.refusal.${refusal.toLowerCase().replaceAll('_', '-')}`)}`).join(' · '));
}
