/** The site, built once for the tests of a file in a folder of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOME } from '../lib/site.mjs';

export async function buildSite() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-site-'));
  await promisify(execFile)('node', ['build.mjs'], { cwd: HOME, env: { ...process.env, SLUICE_SITE: folder } });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
