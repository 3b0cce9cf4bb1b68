/** Pages with the client, as a test asks for them. */
import { readFile } from 'node:fs/promises';
import { within } from './waiting.mjs';

/** The responses of a proxy for the pages. */
export const PAGES = {
  '/page.html': ['text/html', await readFile(new URL('./page.html', import.meta.url))],
  '/client.js': ['text/javascript', await readFile(new URL('../dist/client.js', import.meta.url))],
};

/** A page that listens to a channel; its `began` says when it is served. */
export async function begin(browser, url, name, options = {}, selection = {}) {
  const page = await browser.open(`${url}page.html`);
  page.began = page.run(`begin(${[name, options, selection].map(value => JSON.stringify(value)).join()})`);
  return page;
}

/** All data that came to it, once there is so much. */
export async function holding(page, count, ms = 15_000) {
  const late = within(ms, `${count} events`, page.run(`until(() => data.length >= ${count})`));
  await late.catch(async error => {
    throw new Error(`${error.message}: there are ${await page.run('data.length')}, ${await page.run('JSON.stringify(sluice.state)')}`);
  });
  return page.run('data');
}
