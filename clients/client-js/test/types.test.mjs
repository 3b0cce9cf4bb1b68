/** The types, for programs of Node without the types of a browser, and for pages. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import ts from 'typescript';

const PROGRAM = 'program.ts';

/** The compiler's messages about a program that imports the client. */
function messages(source, options) {
  const settings = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, ...options };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists } = host;
  host.fileExists = name => name.endsWith(PROGRAM) || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name.endsWith(PROGRAM) ? ts.createSourceFile(name, source, settings.target) : getSourceFile(name, ...rest);
  const path = new URL(`../${PROGRAM}`, import.meta.url).pathname;
  const program = ts.createProgram([path], settings, host);
  // Not the libraries: to check them takes most of the time.
  const ours = program.getSourceFiles().filter(file => !program.isSourceFileDefaultLibrary(file) && !file.fileName.includes('node_modules'));
  const found = ours.flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  return [...program.getOptionsDiagnostics(), ...found].map(each => ts.flattenDiagnosticMessageText(each.messageText, '\n'));
}

const USE = `
  import { Sluice } from './sluice.js';
  const hub = new Sluice(new URL('http://127.0.0.1:8420/'), { credentials: 'include', getToken: async () => 't' });
  const news = hub.channel<{ title: string }>('news', { last: 1 }).on('*', event => event);
  news.publish({ title: 'x' }, { type: 'news' }).then(({ id }) => id.length);
  news.publish(new Uint8Array([1]).buffer);
`;

test('compile with the types of Node alone, and refuse data that JSON would lose', () => {
  const source = `${USE} news.publish(new Map()); news.publish(undefined);`;
  const lost = messages(source, { lib: ['lib.es2022.d.ts'], types: ['node'] });
  assert.deepEqual(lost.map(each => each.split('\n')[0].replace(/'.*?'/, '…')), [
    'Argument of type … is not assignable to parameter of type \'never\'.',
    'Argument of type … is not assignable to parameter of type \'never\'.',
  ]);
});

test('compile with the types of a browser alone', () => assert.deepEqual(messages(USE, { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [] }), []));
