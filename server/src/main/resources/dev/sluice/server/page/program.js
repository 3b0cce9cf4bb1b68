// For the pages of programs in the shell: connects the shell, and exports all that their scripts may use.
import { follow as show } from './client-state.js';
import { frame } from './frame.js';
import { StateLine } from './state.js';

frame();

export { announce } from './announce.js';
export { find, make } from './dom.js';
export { HUB, link } from './hub.js';
export { age, bytes, clear, clock, exactly, language, number, put, set, short, words } from './words.js';

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
