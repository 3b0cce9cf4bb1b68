// Long jobs. The snapshot of the channel is the list of jobs, so a reload or another device finds them again.
import { make } from '../../page/program.js';
import { both } from '../client/both.js';

const KINDS = { report: ['Report', '报表'], video: ['Video', '视频转码'], backup: ['Backup', '备份'] };
const STATES = { running: ['running', '进行中'], done: ['done', '已完成'], stopped: ['stopped', '已停止'], lost: ['interrupted', '已中断'] };
const SILENCE_MS = 10_000; // A job without reports for this long has ended together with its program.

export function show(element, sluice, { isCard, base }) {
    const jobs = new Map();
    const list = make('ol', 'jobs');
    const shown = isCard ? 3 : 10;
    if (!isCard) element.append(buttons(base));
    element.append(list);
    sluice.channel('demos/task', { snapshot: true, join: true }).on('message', ({ data, time }) => {
        const job = jobs.get(data.job) ?? row(data, base, isCard);
        if (!jobs.has(data.job)) add(list, jobs, job, shown);
        jobs.set(data.job, job);
        const isLost = data.state === 'running' && Date.now() - Date.parse(time) > SILENCE_MS;
        update(job, data, isLost ? 'lost' : data.state);
    });
}

/** Adds a job. In a full list it replaces the oldest job that does not run, so that no row moves. */
function add(list, jobs, job, shown) {
    if (jobs.size < shown) {
        list.append(job.row);
        return;
    }
    const [id, oldest] = [...jobs].find(([, each]) => each.shown !== 'running') ?? [...jobs][0];
    jobs.delete(id);
    oldest.row.replaceWith(job.row);
}

function row({ job, kind }, base, isCard) {
    const line = make('li');
    const name = line.appendChild(make('span', 'job'));
    name.append(both(...(KINDS[kind] ?? [kind, kind])));
    const bar = line.appendChild(make('progress'));
    bar.ariaLabel = kind;
    const state = line.appendChild(make('span', 'job-state'));
    const stop = make('button');
    stop.type = 'button';
    stop.append(both('Stop', '停止'));
    stop.addEventListener('click', () => fetch(new URL(`jobs/${job}`, base), { method: 'DELETE' }));
    if (!isCard) line.append(stop);
    return { row: line, bar, state, stop, shown: '' };
}

function update(job, { step, steps }, state) {
    job.bar.max = steps;
    job.bar.value = step;
    job.row.dataset.state = state;
    job.stop.hidden = state !== 'running';
    if (state === 'running') job.state.textContent = `${Math.round((100 * step) / steps)} %`;
    else if (state !== job.shown) job.state.replaceChildren(both(...(STATES[state] ?? [state, state])));
    job.shown = state;
}

function buttons(base) {
    const line = make('p', 'begin');
    for (const [kind, name] of Object.entries(KINDS)) {
        const button = line.appendChild(make('button'));
        button.type = 'button';
        button.append(both(`Begin: ${name[0]}`, `开始：${name[1]}`));
        button.addEventListener('click', () => begin(kind, base, line));
    }
    return line;
}

async function begin(kind, base, line) {
    line.querySelector('.problem')?.remove();
    const options = { method: 'POST', body: JSON.stringify({ kind }), headers: { 'Content-Type': 'application/json' } };
    const answer = await fetch(new URL('jobs', base), options);
    if (!answer.ok) line.append(make('span', 'problem', await answer.text()));
}
