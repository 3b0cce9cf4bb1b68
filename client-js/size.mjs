/** Measures the module, minified and gzipped, and fails if it is too large. Needs esbuild: `npm install` once. */
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { bundle } from './bundle.mjs';

const BYTES_MAX = 10 * 1024;

const { code } = await transform(await bundle(), { minify: true, format: 'esm', target: 'es2022' });
const bytes = gzipSync(code, { level: 9 }).length;
console.log(`${code.length} bytes minified, ${bytes} gzipped; at most ${BYTES_MAX}`);
if (bytes > BYTES_MAX) process.exitCode = 1;
