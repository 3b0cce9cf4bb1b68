/**
 * Bundles src/ into one minified module with its source map, which the hub serves at /client.js and the
 * package contains. Both files are checked in, so that the build of the hub does not need Node;
 * bundle.test.mjs fails if they do not match src/.
 *
 *     npm run build            writes dist/client.js and dist/client.js.map
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HOME = new URL('./', import.meta.url);

/** @return the contents of each file, by its path from here */
export async function bundle() {
  const { version, license } = JSON.parse(await readFile(new URL('package.json', HOME), 'utf8'));
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(HOME),
    entryPoints: ['src/sluice.js'],
    outfile: 'dist/client.js',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    sourcemap: 'linked',
    banner: { js: `/* sluice-client ${version}, ${license} */` },
    write: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [path.slice(fileURLToPath(HOME).length), text]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(new URL('dist/', HOME), { recursive: true });
  for (const [path, text] of await bundle()) await writeFile(new URL(path, HOME), text);
}
