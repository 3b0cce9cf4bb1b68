/** The code of the guide, and where tests run it. */
import { readFile, rm } from 'node:fs/promises';

const DOCS = new URL('../../../docs/', import.meta.url);

/** All pieces of code in this language. */
export async function blocks(document, language) {
  const text = await readFile(new URL(document, DOCS), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, its]) => its === language).map(([, , code]) => code);
}

/** The code between the marks of a test, without indentation. */
export async function regions(...files) {
  const found = [];
  for (const file of files) {
    const text = await readFile(new URL(file, import.meta.url), 'utf8');
    for (const [, indent, code] of text.matchAll(/^( *)\/\/ @start [^\n]*\n(.*?)^ *\/\/ @end$/gms)) {
      found.push(code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
    }
  }
  return found;
}

/** With the addresses of a test in place of the guide's. */
export function here(code, hub, site) {
  return code
    .replaceAll('wss://hub.example', hub.url.replace(/^http(.*)\/$/, 'ws$1'))
    .replaceAll('https://hub.example', hub.url.replace(/\/$/, ''))
    .replaceAll('https://shop.example', site);
}

/** Ends what a test of pages has started, as far as it came. */
export async function stopAll({ browser, hub, site, folder }) {
  await browser?.stop();
  await hub?.stop();
  site?.closeAllConnections();
  site?.close();
  await rm(folder, { recursive: true, force: true });
}
