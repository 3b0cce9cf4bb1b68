/** The versions of a site: the current one at its root, each older one in a folder with its name. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from './pages.mjs';

/** Adds the built sites of older versions, the newest first. */
export function addOlder(site, older) {
  const [current] = readJson(join(site, 'versions.json'));
  const versions = older.map(each => {
    const [version] = readJson(join(each, 'versions.json'));
    // Not what that site had of still older ones: they are named here, if they are wanted.
    cpSync(each, join(site, version), { recursive: true, filter: file => !isVersion(file, each) });
    return version;
  });
  writeFileSync(join(site, 'versions.json'), JSON.stringify([current, ...versions]));
}

function isVersion(file, site) {
  const [, ...older] = readJson(join(site, 'versions.json'));
  return older.some(version => file === join(site, version));
}
