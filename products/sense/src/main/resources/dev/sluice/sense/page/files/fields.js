// The keys of checks as fields of the form (docs/sense.md). Each field has a key, a kind, and an example or
// its choices.

/** The keys of each type; the fields that a type needs come first. */
export const TYPES = {
    http: [
        ['url', 'text', 'https://example.com/health'],
        ['expect_status', 'text', '2xx'],
        ['expect_text', 'text', ''],
        ['expect_latency', 'text', '800ms'],
        ['certificate_left', 'text', '14d'],
        ['method', 'choice', ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']],
        ['follow_redirects', 'flag', true],
        ['expect_json', 'table', '$.status: ok'],
        ['expect_header', 'table', 'Content-Type: text/html'],
        ['headers', 'table', 'Authorization: Bearer …'],
        ['body', 'area', ''],
    ],
    tcp: [['host', 'text', 'db.example.com'], ['port', 'number', '5432'], ['send', 'text', ''], ['expect_text', 'text', '']],
    tls: [['host', 'text', 'example.com'], ['port', 'number', '443'], ['server_name', 'text', ''], ['certificate_left', 'text', '14d']],
    dns: [['host', 'text', 'example.com'], ['record', 'choice', ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SOA', 'PTR', 'SRV', 'CAA']], ['server', 'text', ''], ['port', 'number', '53'], ['expect_value', 'text', '']],
    ping: [['host', 'text', 'router.example.com']],
    websocket: [['url', 'text', 'wss://example.com/live'], ['send', 'text', ''], ['expect_message', 'flag', false], ['expect_text', 'text', '']],
    sse: [['url', 'text', 'https://example.com/events'], ['expect_text', 'text', ''], ['headers', 'table', 'Authorization: Bearer …']],
    hub: [['url', 'text', 'http://hub.example.com:8420/metrics'], ['expect_max', 'table', 'sluice_lag_events: 1000'], ['headers', 'table', 'Authorization: Bearer …']],
    server: [['server', 'text', 'db-1']],
    threshold: [['server', 'text', 'db-1, web-*'], ['alert', 'text', 'disk / > 90 % for 5m']],
    heartbeat: [['period', 'text', '1h'], ['grace', 'text', '30s'], ['expect_duration', 'text', '']],
};

/** The number of first keys that a type needs, if it is not one. */
export const NEEDED = { tcp: 2, threshold: 2, telegram: 2, email: 7 };

/** Returns a name for a check, derived from its target, in the characters that names may have. */
export function named({ url, host, server, type }) {
    const target = (url && URL.canParse(url) && new URL(url).hostname) || host || server || type;
    return target.toLowerCase().replace(/[^a-z0-9.-]+/g, '-').replace(/^[^a-z0-9]+/, '').slice(0, 63) || type;
}

export const NAMES = [['name', 'text', 'shop'], ['title', 'text', ''], ['group', 'text', '']];

export const TIMES = [
    ['interval', 'text', '30s'],
    ['timeout', 'text', '10s'],
    ['failures', 'number', '3'],
    ['retry', 'text', '5s'],
    ['passes', 'number', '1'],
    ['slow', 'text', '500ms'],
    ['rate_failures', 'number', '10'],
    ['rate_runs', 'number', '20'],
    ['flap_outages', 'number', '3'],
    ['flap_within', 'text', '30m'],
    ['flap_hold', 'text', '5m'],
    ['paused', 'flag', false],
];

export const PEOPLE = [['depends_on', 'list', 'db-1, cache'], ['notify', 'list', '']];

/** Returns the value of a field in the form that the API accepts; undefined if it is empty. */
export function valueOf(kind, element, otherwise) {
    if (kind === 'flag') return element.checked === otherwise ? undefined : element.checked;
    const text = element.value.trim();
    if (text === '') return undefined;
    // The API refuses a text; without a value, it would use its default.
    if (kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
    if (kind === 'list') return text.split(/[\s,]+/).filter(Boolean);
    return kind === 'table' ? table(text) : text;
}

/** Parses lines of `name: value` into an object; the placeholder of a hidden value is kept as text. */
function table(text) {
    const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
    if (lines.length === 1 && !lines[0].includes(':')) return text;
    return Object.fromEntries(lines.map((line) => {
        const colon = line.indexOf(':');
        return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }));
}

/** Shows a value of a definition in its field. */
export function fill(kind, element, value) {
    if (kind === 'flag') element.checked = value;
    else if (kind === 'list') element.value = value.join(', ');
    else if (kind === 'table' && typeof value === 'object') element.value = Object.entries(value).map(([name, each]) => `${name}: ${each}`).join('\n');
    else {
        // A select without the value would save another one.
        if (element.options && !Array.from(element.options).some((each) => each.value === value)) element.append(new Option(value, value));
        element.value = value;
    }
}

/** The types of notifiers. Programs can be defined only in the file. */
export const NOTIFIERS = {
    email: [
        ['host', 'text', 'mail.example.com'],
        ['security', 'named', ['tls', 'starttls', 'none']],
        ['port', 'number', '465'],
        ['user', 'text', 'sense@example.com'],
        ['password', 'secret', ''],
        ['from', 'text', 'sense@example.com'],
        ['to', 'list', 'ops@example.com'],
    ],
    webhook: [['url', 'text', 'https://example.com/alerts'], ['secret', 'secret', '']],
    slack: [['url', 'text', 'https://hooks.slack.com/services/…']],
    discord: [['url', 'text', 'https://discord.com/api/webhooks/…']],
    telegram: [['token', 'secret', ''], ['chat', 'text', '-1001234567890'], ['url', 'text', 'https://api.telegram.org/']],
    dingtalk: [['url', 'text', 'https://oapi.dingtalk.com/robot/send?access_token=…'], ['secret', 'secret', '']],
    feishu: [['url', 'text', 'https://open.feishu.cn/open-apis/bot/v2/hook/…'], ['secret', 'secret', '']],
    wecom: [['url', 'text', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…']],
};

export const NOTIFIER = [['name', 'text', 'ops'], ['language', 'named', ['en', 'zh']]];
