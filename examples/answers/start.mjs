/**
 * Starts the hub and the backend, and starts again what is killed, as systemd does.
 *
 * CHAT_HOST is the name by which browsers reach this machine; PORT and HUB_PORT are those of the backend and the hub.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RESTART_MS = 500;
const { CHAT_HOST = 'localhost', PORT = '3000', HUB_PORT = '8420', SLUICE_LAUNCHER = '../../sluice' } = process.env;

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
mkdirSync('data', { recursive: true });
if (!existsSync('data/secret')) writeFileSync('data/secret', randomBytes(32).toString('hex'), { mode: 0o600 });

const children = new Map();
let isEnding = false;

const hub = { SLUICE_HOST: CHAT_HOST === 'localhost' ? '127.0.0.1' : '0.0.0.0', SLUICE_PORT: HUB_PORT, SLUICE_ORIGINS: `http://${CHAT_HOST}:${PORT}` };
keep('hub', SLUICE_LAUNCHER, ['serve', '--config', 'sluice.toml'], hub);
keep('backend', process.execPath, ['server.mjs'], { PORT, SLUICE_URL: `http://${CHAT_HOST}:${HUB_PORT}` });

function keep(name, command, words, env) {
  const child = spawn(command, words, { env: { ...process.env, ...env }, stdio: ['ignore', name === 'hub' ? 'ignore' : 'inherit', 'inherit'] });
  children.set(name, child);
  child.on('spawn', () => console.log(`kill -9 ${child.pid}  # ends the ${name}`));
  child.on('error', error => end(1, `The ${name} does not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (isEnding) return;
    if (signal !== 'SIGKILL') return end(1, `The ${name} ended: ${signal ?? code}.`);
    console.log(`The ${name} was killed; it starts again.`);
    setTimeout(() => isEnding || keep(name, command, words, env), RESTART_MS);
  });
}

function end(code, message) {
  if (message) console.error(message);
  isEnding = true;
  process.exitCode = code;
  for (const child of children.values()) child.kill();
}

process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));
