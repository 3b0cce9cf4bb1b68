/**
 * Makes one module of src/, as the hub serves it and the package has it: each file behind those that it imports, without the lines that
 * say so. That is all; minifying is up to whoever uses it.
 *
 *     node bundle.mjs            writes dist/sluice.js
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const SOURCE = new URL('./src/', import.meta.url);
const ENTRY = 'sluice.js';

export async function bundle() {
  const taken = new Set();
  const parts = [];
  const take = async name => {
    if (taken.has(name)) return;
    taken.add(name);
    const text = await readFile(new URL(name, SOURCE), 'utf8');
    for (const [, imported] of text.matchAll(/^import .* from '\.\/(.+)';$/gm)) await take(imported);
    const body = text.replace(/^import .*\n/gm, '');
    parts.push(name === ENTRY ? body : body.replace(/^export /gm, ''));
  };
  await take(ENTRY);
  return parts.join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = new URL('./dist/', import.meta.url);
  await mkdir(target, { recursive: true });
  await writeFile(new URL(ENTRY, target), await bundle());
}
