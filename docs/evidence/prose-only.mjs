// Compares the main code of two commits without its comments and messages.
//   node docs/evidence/prose-only.mjs BASE [HEAD]   names each file whose code differs, and exits with 1 if there is one
// Comments are dropped, and the text of each string, text block and template counts as equal, as messages are strings.
// A name in a string (a flag, a header) counts as equal, too: the tests hold those. Files without comments of a known
// form (templates, JSON, TOML) are listed as they are. TypeScript's scanner, which client-js needs to build, reads JavaScript.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../clients/client-js/package.json', import.meta.url));
const ts = require('typescript');
const [base, head = 'HEAD'] = process.argv.slice(2);
if (!base) {
    console.error('usage: node docs/evidence/prose-only.mjs BASE [HEAD]');
    process.exit(64);
}
const git = (...args) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });

const JAVA = /"""[\s\S]*?(?<!\\)"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\w+|[^\s\w]/g;

/** The tokens of Java code; a literal for a text counts as "", and texts that are joined as one. */
function java(text) {
    const tokens = text.match(JAVA).filter((token) => !/^\/[/*]/.test(token));
    const literals = tokens.map((token) => (token.startsWith('"') ? '""' : token));
    return literals.join(' ').replace(/""(?: \+ "")+/g, '""');
}

/** JavaScript and TypeScript as the compiler prints them, without comments and texts. */
function script(text) {
    const blank = (context) => (root) => {
        const visit = (node) => {
            if (ts.isStringLiteral(node)) return context.factory.createStringLiteral('');
            if (ts.isNoSubstitutionTemplateLiteral(node)) return context.factory.createStringLiteral('');
            if (ts.isTemplateHead(node)) return context.factory.createTemplateHead('');
            if (ts.isTemplateMiddle(node)) return context.factory.createTemplateMiddle('');
            if (ts.isTemplateTail(node)) return context.factory.createTemplateTail('');
            return ts.visitEachChild(node, visit, context);
        };
        return ts.visitNode(root, visit);
    };
    const source = ts.createSourceFile('code.ts', text, ts.ScriptTarget.ESNext, true);
    const [changed] = ts.transform(source, [blank]).transformed;
    return ts.createPrinter({ removeComments: true }).printFile(changed).replace(/\s+/g, ' ');
}

const css = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
const plain = (text) => text;
const readers = { java, js: script, mjs: script, ts: script, css };

const isMain = (path) => !/\/src\/test\/|\/test\/|\/vendor\/|^docs\/|\.md$/.test(path) && !path.endsWith('package-lock.json');
const changes = git('diff', '--name-status', '--no-renames', base, head).trim().split('\n').filter(Boolean).map((line) => line.split('\t'));
let code = 0;
let prose = 0;
for (const [status, path] of changes) {
    if (!isMain(path)) continue;
    const read = readers[path.split('.').pop()] ?? plain;
    const of = (commit) => read(git('show', `${commit}:${path}`));
    if (status === 'M' && of(base) === of(head)) {
        prose++;
        continue;
    }
    code++;
    console.log(`${status} ${path}`);
}
console.log(`${prose} files differ in comments and messages alone, ${code} in more`);
process.exit(code ? 1 : 0);
