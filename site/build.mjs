/** Builds the site in target/site, or the folder that SLUICE_SITE names. Fails if a link of a page leads nowhere. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import Eleventy from '@11ty/eleventy';
import { deadLinks } from './lib/links.mjs';
import { HOME, PROJECT } from './lib/site.mjs';
import { addOlder } from './lib/versions.mjs';

const OUT = resolve(process.env.SLUICE_SITE ?? join(PROJECT, 'target/site'));

const older = process.argv.slice(2).map(each => resolve(each)); // Sites of older versions.
process.chdir(HOME);
process.env.SLUICE_SITE = OUT;
await rm(OUT, { recursive: true, force: true });
const eleventy = new Eleventy('templates', OUT, { configPath: 'eleventy.config.mjs', quietMode: true });
await eleventy.write();

const dead = deadLinks(OUT);
if (dead.length) {
  console.error(`These links lead nowhere:\n  ${dead.join('\n  ')}`);
  process.exit(1);
}
addOlder(OUT, older);
