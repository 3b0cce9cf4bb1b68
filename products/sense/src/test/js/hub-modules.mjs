// Lets modules of Sense's pages be loaded without a browser: what they take from the hub is the hub's own, as far as it needs no page.
const HUB = new URL('../../../../../hub/server/src/main/resources/dev/sluice/server/page/', import.meta.url);
const PROGRAM = `data:text/javascript,${encodeURIComponent(`
    export * from '${HUB}dom.js';
    export * from '${HUB}words.js';
    export const HUB = new URL('http://hub.test/');
    export const announce = () => {};
`)}`;

export const resolve = (specifier, context, next) => (specifier === '../../page/program.js' ? { url: PROGRAM, shortCircuit: true } : next(specifier, context));
