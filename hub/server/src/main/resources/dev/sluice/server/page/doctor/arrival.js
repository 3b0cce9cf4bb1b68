// Checks whether a request arrives at the hub unchanged. The other probes run only if this one reached the hub.
import { Refused } from '../requests.js';
import { failure, foreign, json } from './way.js';

const CLOCK_MS_MAX = 5_000;
const WAITS_MAX = 6;
const LOST = {
    authorization: 'authorization-dropped',
    cookie: 'cookies-dropped',
    'idempotency-key': 'idempotency-key-dropped',
    'last-event-id': 'last-event-id-dropped',
};
const REFUSALS = {
    '/problems/forbidden': 'doctor-off',
    '/problems/unauthorized': 'doctor-off',
    '/problems/bad-token': 'doctor-off',
    '/problems/token-expired': 'doctor-off',
    '/problems/not-found': 'doctor-unknown',
    '/problems/proxy-refused': 'hub-refuses-proxy',
    '/problems/host-refused': 'host-rewritten',
    '/problems/origin-refused': 'host-rewritten',
};

/** Returns the finding for a request that the hub did not answer, or refused. */
function refusal(error) {
    if (!(error instanceof Refused)) return { code: 'probe-failed', severity: 'ERROR', seen: failure(error) };
    const { type, status } = error.problem;
    const stranger = [502, 503, 504].includes(status) ? 'hub-unreachable' : 'portal';
    const isBusy = ['/problems/too-many', '/problems/full'].includes(type) && error.message.includes('doctor');
    const code = isBusy ? 'doctor-busy' : type ? (REFUSALS[type] ?? 'hub-refuses') : stranger;
    return { code, severity: 'ERROR', seen: failure(error) };
}

/** Returns the parameters and headers of a request that shows whether headers arrive. */
async function marked(way) {
    const values = { 'idempotency-key': `doctor-${way.run}`, 'last-event-id': `doctor:${way.run}` };
    const headers = { 'Idempotency-Key': values['idempotency-key'], 'Last-Event-ID': values['last-event-id'] };
    if (navigator.cookieEnabled) {
        values.cookie = way.run;
        document.cookie = `sluice-doctor=${way.run}; path=${way.url('').pathname}; max-age=60; SameSite=Strict`;
    }
    const parameters = { host: location.host, scheme: location.protocol.slice(0, -1) };
    if (crypto.subtle) for (const [name, value] of Object.entries(values)) parameters[name] = await way.digest(value);
    return { parameters, headers };
}

/** Checks whether a made-up Authorization arrives. It replaces an administrator's login, so a refusal says nothing. */
async function authorization(way) {
    if (!crypto.subtle) return [];
    const value = 'Bearer doctor-without-a-key';
    try {
        const answer = await way.ask('echo', { authorization: await way.digest(value) }, { headers: { Authorization: value } });
        return lost(await answer.json(), ['authorization']);
    } catch {
        return [];
    }
}

/** Repeats a request while the hub serves this client's previous run, for example after a reload. The hub ends that run soon. */
async function patient(request) {
    for (let i = 0; ; i++) {
        try {
            return await request();
        } catch (error) {
            if (error.problem?.status !== 429 || i === WAITS_MAX) throw error;
            await new Promise((done) => setTimeout(done, 1_000));
        }
    }
}

const arrived = (name, arrival) => ({ key: arrival === 'changed' ? 'changed' : 'missing', name });

const lost = (echo, names) =>
    names
        .filter((name) => echo[name] && echo[name] !== 'same')
        .map((name) => ({ code: LOST[name], severity: 'ERROR', seen: arrived(name, echo[name]) }));

export const arrival = {
    name: 'arrival',
    async run(way) {
        const { parameters, headers } = await marked(way);
        let begin = 0;
        let echo;
        try {
            const answer = await patient(() => {
                begin = Date.now();
                return way.ask('echo', parameters, { headers });
            });
            echo = await json(answer);
            if (echo?.run !== way.run) throw foreign(answer);
        } catch (error) {
            return { isReached: false, seen: '', findings: [refusal(error)] };
        }
        const end = Date.now();
        const findings = lost(echo, ['cookie', 'idempotency-key', 'last-event-id']);
        findings.push(...(await authorization(way)));
        document.cookie = `sluice-doctor=; path=${way.url('').pathname}; max-age=0; SameSite=Strict`;
        if (echo.host !== 'same') findings.push({ code: 'host-rewritten', severity: 'ERROR', seen: arrived('host', echo.host) });
        if (location.protocol === 'https:' && echo.scheme !== 'same') findings.push({ code: 'scheme-unknown', severity: 'NOTE', seen: { key: 'scheme' } });
        const ahead = echo.time > end ? echo.time - end : Math.min(0, echo.time - begin);
        if (Math.abs(ahead) > CLOCK_MS_MAX) findings.push({ code: 'clock-off', severity: 'WARNING', seen: { key: ahead > 0 ? 'ahead' : 'behind', s: Math.round(Math.abs(ahead) / 1000) } });
        return { isReached: true, isRenamed: echo.host !== 'same', seen: [{ key: 'arrival', ms: end - begin, version: echo.version }, echo.proxy ? { key: 'proxy', proxy: echo.proxy } : ''], findings };
    },
};
