/** A real hub of this project for tests, and a direct way to it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A hub that runs for seconds is hardly compiled, which leaves the processors to the browsers. */
const JAVA_OPTIONS = process.env.SLUICE_LONG === '1' ? '' : '-XX:TieredStopAtLevel=1';

/** Fast heartbeats, and no 503 because the machine is busy. */
const SETTINGS = ['subscribe.heartbeat_min=1s', 'demos=false', 'limits.loop_delay_max=10m'];

export const LAUNCHER = process.env.SLUICE_LAUNCHER ?? fileURLToPath(new URL('../../../sluice', import.meta.url));

export class TestHub {
  /** @param settings as after `--set` */
  static async start({ port = 0, folder, config, settings = [] } = {}) {
    const hub = Object.assign(new TestHub(), { folder, config, settings });
    await hub.start(port);
    return hub;
  }

  /** Again, at the same address, with what it has on disk. */
  async start(port = new URL(this.url).port) {
    const store = this.folder ? ['--data', this.folder] : ['--memory'];
    const settings = [...SETTINGS, ...this.settings].flatMap(setting => ['--set', setting]);
    const config = this.config ? ['--config', this.config] : [];
    const env = { SLUICE_JAVA_OPTS: JAVA_OPTIONS, ...process.env };
    const command = ['serve', '--port', port, ...config, ...store, ...settings];
    this.program = spawn(LAUNCHER, command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(this.program.stdout)) {
      const [url] = /http:\/\/[\w.:]+/.exec(line) ?? [];
      if (!url) continue;
      this.url = url.replace(/\/?$/, '/');
      this.program.stdout.resume();
      return;
    }
    throw new Error('The hub ended before it listened.');
  }


  /** In order; resolves with the ids. */
  async publish(channel, ...texts) {
    const ids = [];
    for (const text of texts) {
      const answer = await fetch(`${this.url}channels/${channel}`, { method: 'POST', body: text });
      if (answer.status !== 201) throw new Error(`publish: ${answer.status} ${await answer.text()}`);
      ids.push((await answer.json()).id);
    }
    return ids;
  }

  /** Many at once: their data is their number. */
  async publishNumbers(channel, from, to) {
    let lines = '';
    for (let i = from; i < to; i++) lines += `${JSON.stringify({ channel, data: String(i) })}\n`;
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const answer = await fetch(`${this.url}channels`, { method: 'POST', headers, body: lines });
    if (!answer.ok) throw new Error(`publish: ${answer.status} ${await answer.text()}`);
  }

  /** Resolves when it has told that this member is gone. */
  async left(channel, client) {
    for (let after = 'earliest'; ;) {
      const page = await (await fetch(`${this.url}channels/$presence/${channel}?after=${after}&wait=5`)).json();
      if (page.events.some(({ key, removed }) => key === client && removed)) return;
      after = page.cursor;
    }
  }

  /** All data that the channel has. */
  async all(channel) {
    const data = [];
    for (let after = 'earliest', more = true; more;) {
      const page = await (await fetch(`${this.url}channels/${channel}?after=${after}&limit=1000`)).json();
      data.push(...page.events.map(event => event.data));
      ({ cursor: after, more } = page);
    }
    return data;
  }

  /** At once: a hub that is told to end politely waits for readers that may be stuck behind a proxy of a test. */
  async stop(signal = 'SIGKILL') {
    if (this.program.exitCode !== null || this.program.signalCode !== null) return;
    this.program.kill(signal);
    await once(this.program, 'exit');
  }
}
