// Loads modules of Sense's pages without a browser: imports from the hub are resolved to those of its modules
// that need no page.
const HUB = new URL('../../../../../hub/server/src/main/resources/dev/sluice/server/page/', import.meta.url);
const PROGRAM = `data:text/javascript,${encodeURIComponent(`
    export * from '${HUB}dom.js';
    export * from '${HUB}words.js';
    export const HUB = new URL('http://hub.test/');
    export const announce = () => {};
`)}`;

export const resolve = (specifier, context, next) => (specifier === '../../page/program.js' ? { url: PROGRAM, shortCircuit: true } : next(specifier, context));
