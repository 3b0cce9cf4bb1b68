// For the pages of programs in the shell: connects the shell, and exports everything that their scripts may use.
import { follow as show } from './client-state.js';
import { frame } from './frame.js';
import { StateLine } from './state.js';

frame();

// Links to the lab get its address from the side bar. On a hub without a lab, the style hides them.
const lab = document.querySelector("nav a[href$='lab/']");
for (const each of document.querySelectorAll('a[data-lab]')) if (lab) each.href = lab.href + each.dataset.lab;

export { announce } from './announce.js';
export { find, make } from './dom.js';
export { HUB, link } from './hub.js';
export { BACKOFF } from './pace.js';
export { age, bytes, clear, clock, exactly, language, number, put, set, short, words } from './words.js';

/** Loads the modules of charts: `{ Chart, Crosshair }`. */
export async function chart() {
    const [{ Chart }, { Crosshair }] = await Promise.all([import('./chart/chart.js'), import('./chart/crosshair.js')]);
    return { Chart, Crosshair };
}

let line = null;

/** The line with the state of the page's connection, in the same place and words as on all pages. */
export function stateLine() {
    line ??= new StateLine();
    return line;
}

/** Shows the state of a client of client.js, from now on. */
export function follow(sluice) {
    return show(sluice, stateLine());
}
