/** The client's code, unchanged or with a fix reverted, run in many pages of one process. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));
const GLOBALS = [
  'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date', 'Math', 'crypto', 'navigator', 'BroadcastChannel',
  'WebSocket', 'fetch', 'globalThis',
];

/**
 * @param reverted replacements by file: [code, replacement], each found exactly once
 * @return a function that takes a page, and returns the client's exports
 */
export async function load(reverted = {}) {
  const plugin = {
    name: 'revert',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const [code, replacement] of reverted[path.slice(SOURCE.length)] ?? []) {
          if (contents.split(code).length !== 2) throw new Error(`not once in ${path}: ${code}`);
          contents = contents.replace(code, () => replacement);
        }
        return { contents };
      });
    },
  };
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [`${SOURCE}sluice.js`], bundle: true, format: 'iife', globalName: 'client', target: 'es2022', write: false, plugins: [plugin],
  });
  const run = new Function(...GLOBALS, `${text}; return client;`);
  return page => {
    const globals = page.globals();
    return run(...GLOBALS.map(name => globals[name]));
  };
}
