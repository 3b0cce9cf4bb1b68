/** Follows a page of docs/ as a reader does: types its commands into terminals, saves its files, and looks at its pages. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { LAUNCHER } from './hub.mjs';

const DOCS = new URL('../../../docs/', import.meta.url);
const TIME_MAX_MS = 120_000;

/** The blocks of code of a page, each with the prose since the one before. */
export async function steps(document) {
  const text = await readFile(new URL(document, DOCS), 'utf8');
  const found = [];
  let end = 0;
  for (const block of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    found.push({ prose: text.slice(end, block.index), language: block[1], code: block[2] });
    end = block.index + block[0].length;
  }
  return found;
}

/**
 * A port on which nothing listens, for what starts again at the same one: it is below those that the system gives to
 * others, also as the near end of a connection.
 */
export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise(resolve => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!isFree) continue;
    await new Promise(closed => server.close(closed));
    return port;
  }
}

/** True if the output has these lines, one directly after the other. In a line, and as a line, `…` stands for anything. */
export function isShown(expected, output) {
  const lines = expected.trimEnd().split('\n').map(line => line.split('…').map(escape).join('.*'));
  const pattern = lines.map((line, at) => (line === '.*' ? '(?:.*\n)*?' : line + (at < lines.length - 1 ? '\n' : ''))).join('');
  return new RegExp(`(?:^|\n)${pattern}(?:\n|$)`).test(output);
}

function escape(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Runs one block of commands at a time. */
class Terminal {
  #options;
  #process;
  #commands;
  #output = '';
  #errors = '';
  #exitCode = 0;
  #changed = () => {};

  constructor(options) {
    this.#options = options;
  }

  run(commands) {
    const { shell, folder, env } = this.#options;
    const [program, ...words] = [...shell, 'bash', '-ec', commands];
    const options = { cwd: folder, env: { ...process.env, ...env() }, stdio: ['ignore', 'pipe', 'pipe'], detached: true };
    this.#commands = commands;
    this.#output = '';
    this.#errors = '';
    this.#exitCode = undefined;
    this.#process = spawn(program, words, options);
    this.#process.stdout.setEncoding('utf8').on('data', text => {
      this.#output += text;
      this.#changed();
    });
    this.#process.stderr.setEncoding('utf8').on('data', text => this.#errors += text); // With the progress of curl.
    this.#process.on('close', (code, signal) => {
      this.#exitCode = code ?? signal;
      this.#changed();
    });
  }

  get #isRunning() {
    return this.#exitCode === undefined;
  }

  /** Ends what runs, as Ctrl-C does. */
  async interrupt() {
    assert.ok(this.#isRunning, `nothing runs that Ctrl-C could end: ${this.#commands}\n${this.#output}${this.#errors}`);
    process.kill(-this.#process.pid, 'SIGINT');
    await this.#until(() => !this.#isRunning, 'end after Ctrl-C');
    this.#exitCode = 0;
  }

  /** Waits for the end. */
  async succeed() {
    await this.#until(() => !this.#isRunning, 'end');
    assert.equal(this.#exitCode, 0, `${this.#commands}\n${this.#output}${this.#errors}`);
  }

  /** Waits until the output has these lines. */
  async show(expected) {
    await this.#until(() => isShown(expected, this.#output) || !this.#isRunning, `'${expected}'`);
    assert.ok(isShown(expected, this.#output), `${this.#commands}\nshould show\n${expected}\nand not\n${this.#output}${this.#errors}`);
  }

  #until(isSo, what) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.#commands}\nno ${what} in\n${this.#output}${this.#errors}`)), TIME_MAX_MS);
      this.#changed = () => {
        if (!isSo()) return;
        clearTimeout(timer);
        this.#changed = () => {};
        resolve();
      };
      this.#changed();
    });
  }

  kill() {
    if (this.#isRunning) process.kill(-this.#process.pid, 'SIGKILL');
  }
}

/**
 * Waits until a page of a browser shows these lines.
 * @param isAll true if it may show nothing else
 */
export async function awaitText(page, expected, { isAll = false } = {}) {
  const lines = expected.trimEnd().split('\n');
  const look = `new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(document.body.innerText)), ${TIME_MAX_MS});
    const changes = new MutationObserver(look);
    changes.observe(document, { subtree: true, childList: true, characterData: true });
    look();
    function look() {
      const lines = ${JSON.stringify(lines)};
      const shown = document.body.innerText.split('\\n').map(line => line.trim()).filter(line => line !== '');
      if (${isAll} && shown.length !== lines.length || !lines.every(line => shown.includes(line))) return;
      changes.disconnect();
      clearTimeout(timer);
      resolve();
    }
  })`;
  await page.run(look).catch(error => assert.fail(`the page should show\n${expected}\nand not\n${error.message}`));
}

/** A reader of a page: terminals that are open in one folder, and a browser. */
export class Reader {
  #terminals = new Map();
  #options;
  #page;
  #acceptsCertificates = false;

  /**
   * @param here changes the text of the page, such as its ports
   * @param shell the command before `bash`, which runs it elsewhere
   * @param folder where that is, on this machine
   * @param env the variables of a command, at the time when it starts
   */
  constructor({ browser, folder, here = text => text, shell = [], env = () => ({}) }) {
    this.#options = { browser, folder, here, shell, env };
  }

  /** Does what the page says, and fails where the result is another. */
  async follow(steps) {
    let terminal;
    for (const [at, { prose, language, code }] of steps.entries()) {
      const text = this.#options.here(prose);
      const block = this.#options.here(code);
      await this.#open(text);
      if (language === 'sh') {
        terminal = await this.#terminal(text);
        terminal.run(block);
        if (!isOutput(steps[at + 1])) await terminal.succeed();
      } else if (isOutput(steps[at])) {
        await terminal.show(block);
      } else if (/page\s+shows/.test(text)) {
        await awaitText(this.#page, block);
      } else {
        const [, file] = /Save this as\s+`([\w.]+)`/.exec(text) ?? assert.fail(`no file for ${code}`);
        await writeFile(`${this.#options.folder}/${file}`, block);
      }
    }
  }

  /** The terminal that the prose names, ready for the next command. */
  async #terminal(prose) {
    const [, name] = [...prose.matchAll(/terminal\s(\d)/g)].at(-1) ?? assert.fail(`no terminal in ${prose}`);
    const terminal = this.#terminals.get(name) ?? new Terminal(this.#options);
    this.#terminals.set(name, terminal);
    if (/Ctrl-C/.test(prose)) await terminal.interrupt();
    else await terminal.succeed();
    return terminal;
  }

  async #open(prose) {
    for (const [, url] of prose.matchAll(/Open\s+<([^>]+)>/g)) {
      this.#page = await this.#options.browser.open('about:blank');
      this.#acceptsCertificates ||= url.startsWith('https:'); // In the browser's warning.
      if (this.#acceptsCertificates) await this.#page.send('Security.setIgnoreCertificateErrors', { ignore: true });
      await this.#page.go(url);
      if (/reload the page/.test(prose)) await this.#page.go(await this.#page.run('location.href'));
    }
  }

  /** Ends what still runs. */
  stop() {
    for (const terminal of this.#terminals.values()) terminal.kill();
  }
}

/** The options of a reader in a folder who has installed the program of this checkout, and uses free ports. */
export async function inCheckout(folder) {
  const ports = new Map();
  for (const port of ['8420', '8443', '8000']) ports.set(port, String(await freePort()));
  await symlink(LAUNCHER, `${folder}/sluice`);
  const configuration = () => (existsSync(`${folder}/sluice.toml`) ? readFileSync(`${folder}/sluice.toml`, 'utf8') : '');
  return {
    here: text => text.replaceAll(/\b(?:8420|8443|8000)\b/g, port => ports.get(port)),
    env: () => ({
      PATH: `${folder}:${process.env.PATH}`,
      SLUICE_PORT: configuration().includes('[[listen]]') ? '' : ports.get('8420'),
      SLUICE_LIMITS_LOOP_DELAY_MAX: '10m', // No 503 because the machine is busy.
      SLUICE_JAVA_OPTS: process.env.SLUICE_JAVA_OPTS ?? '-XX:TieredStopAtLevel=1',
    }),
  };
}

/** True for what a command prints: a block of text directly after it. */
function isOutput(step) {
  return step !== undefined && ['text', 'json'].includes(step.language) && step.prose.trim() === '';
}
