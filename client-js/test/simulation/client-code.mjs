/** The client's code, as it is or with a mend undone, to be run in many pages of one process. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));
const GLOBALS = [
  'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date', 'Math', 'crypto', 'navigator', 'BroadcastChannel',
  'WebSocket', 'fetch', 'globalThis',
];

/**
 * @param undo replacements by file: [what stands there, what is put in its place], each found exactly once
 * @return a function that takes what a page has, and gives the client's exports
 */
export async function load(undo = {}) {
  const plugin = {
    name: 'undo',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const [there, instead] of undo[path.slice(SOURCE.length)] ?? []) {
          if (contents.split(there).length !== 2) throw new Error(`not once in ${path}: ${there}`);
          contents = contents.replace(there, () => instead);
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
