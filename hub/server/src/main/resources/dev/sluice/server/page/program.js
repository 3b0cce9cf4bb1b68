// For the pages of programs in the shell: connects the shell, and exports all that their scripts may use.
import { follow as show } from './client-state.js';
import { frame } from './frame.js';
import { StateLine } from './state.js';

frame();

// Links to the lab lead there where the side bar has it. A hub may be without: then the style shows none.
const lab = document.querySelector("nav a[href$='lab/']");
for (const each of document.querySelectorAll('a[data-lab]')) if (lab) each.href = lab.href + each.dataset.lab;

export { announce } from './announce.js';
export { find, make } from './dom.js';
export { HUB, link } from './hub.js';
export { BACKOFF } from './pace.js';
export { age, bytes, clear, clock, exactly, language, number, put, set, short, words } from './words.js';

/** Loads what charts are made of: `{ Chart, Crosshair }`. */
export async function chart() {
    const [{ Chart }, { Crosshair }] = await Promise.all([import('./chart/chart.js'), import('./chart/crosshair.js')]);
    return { Chart, Crosshair };
}

let line = null;

/** The line with the state of the page's connection, in the place and the words of all pages. */
export function stateLine() {
    line ??= new StateLine();
    return line;
}

/** Shows the state of a client of client.js, from now on. */
export function follow(sluice) {
    return show(sluice, stateLine());
}
