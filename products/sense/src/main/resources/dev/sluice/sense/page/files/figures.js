// The samples of a server, independent of a page: the newest one, and rows for the charts. A repeated sample
// counts once.

/** Ten minutes at one sample per second. */
const SAMPLES_MAX = 600;

/** Disk rates are in megabytes, like thresholds and the data of the day. */
export const MEGABYTE = 1e6;

const share = ({ total, used } = {}) => (total ? (100 * used) / total : null);
const sum = (network, key) => (network ?? []).reduce((all, each) => all + (each[key] ?? 0), 0);

const COLUMNS = {
    cpu: ({ cpu }) => cpu ?? null,
    memory: ({ memory }) => share(memory),
    swap: ({ swap }) => share(swap),
    in: ({ network }) => sum(network, 'in'),
    out: ({ network }) => sum(network, 'out'),
    'disk-read': ({ disk_io: disks }) => (disks ? sum(disks, 'read') / MEGABYTE : null),
    'disk-write': ({ disk_io: disks }) => (disks ? sum(disks, 'write') / MEGABYTE : null),
    'disk-busy': ({ disk_io: disks }) => (disks?.length > 0 ? Math.max(...disks.map(({ busy }) => busy)) : null),
};

export class Figures {
    newest = null;
    takenAt = 0;
    #rows = [];
    #seen = new Map(); // By run of the agent: the newest sequence number.

    /** Adds a sample that was published before the page was opened. */
    begin(sample) {
        if (this.newest !== null) return;
        this.newest = sample;
        this.takenAt = Date.parse(sample.at);
    }

    take(sample) {
        if ((this.#seen.get(sample.run) ?? 0) >= sample.seq) return;
        this.#seen.set(sample.run, sample.seq);
        this.newest = sample;
        this.takenAt = Date.parse(sample.at);
        const row = { at: this.takenAt };
        for (const [name, read] of Object.entries(COLUMNS)) row[name] = read(sample);
        const last = this.#rows.at(-1);
        if (last && row.at <= last.at) return; // The server's clock was set back.
        // Missing samples appear as a gap.
        if (last && row.at - last.at > 3 * (sample.interval_ms ?? 1000)) this.#rows.push({ at: last.at + 1 });
        this.#rows.push(row);
        if (this.#rows.length > SAMPLES_MAX) this.#rows.shift();
    }

    /** Returns the samples that the page has received. */
    live() {
        return { times: this.#rows.map(({ at }) => at), values: (column) => this.#rows.map((row) => row[column] ?? null) };
    }

    /** @param day the columns, and a row for each minute that starts with its time */
    ofDay({ columns, minutes }) {
        const rows = [];
        for (const row of minutes) {
            const last = rows.at(-1);
            if (last && row[0] - last[0] > 120) rows.push([last[0] + 60]);
            rows.push(row);
        }
        return {
            times: rows.map(([at]) => at * 1000),
            values: (column) => {
                const place = columns.indexOf(column) + 1;
                return rows.map((row) => (place > 0 ? row[place] : null) ?? null);
            },
        };
    }
}
