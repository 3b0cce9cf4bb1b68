/** Links of the pages: from files of the project to those of the site, and whether each leads somewhere. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

const TAG = /<(?:a|img|source|video|link|script|form)\b[^>]*>/g;
const ADDRESS = /\s(href|src|srcset|poster|action)="([^"]*)"/g;
const ABSOLUTE = /^(?:\w+:|\/\/|#)/;
const SHOWN = /\.(?:png|svg|webm|json)$/; // Other files are sent as text, which each browser shows.

/**
 * Rewrites the links of a page, which are relative to its file. A link to a file that is no page leads to a copy of the
 * file in `source/`; of a link to a folder without a page, the text is left.
 *
 * @param copy called with the file and the address of each copy, which is smaller where its name ends with `.webp`
 */
export function rewrite(html, page, pages, project, copy) {
  const known = new Map(pages.map(each => [each.file, each.url]));
  const rewritten = html.replace(TAG, tag => tag.replace(ADDRESS, (attribute, name, address) => {
    if (ABSOLUTE.test(address)) return attribute;
    const [, path, anchor = ''] = /^([^#]*)(#.*)?$/.exec(address);
    const file = posix.normalize(posix.join(posix.dirname(page.file), decodeURI(path)));
    const target = known.get(file) ?? known.get(posix.join(file, 'README.md')) ?? indexOf(file, pages) ?? copied(file, project, copy, name !== 'href');
    const size = tag.startsWith('<img') && file.endsWith('.png') ? sizeOf(join(project, file)) : '';
    return target === null ? ' data-gone' : ` ${name}="${relative(page.url, target)}${anchor}"${size}`;
  }));
  return rewritten.replace(/<a data-gone>(.*?)<\/a>/gs, '$1');
}

/** The attributes with the width and height of a PNG picture (its header, PNG §11.2.1), so that no text moves when it arrives. */
function sizeOf(picture) {
  const header = readFileSync(picture);
  return ` width="${header.readUInt32BE(16)}" height="${header.readUInt32BE(20)}"`;
}

/** The page with the list of a folder that has no README. */
function indexOf(folder, pages) {
  const list = `${folder.replace(/\/$/, '')}/`;
  return pages.find(({ folder: listed }) => listed === list)?.url;
}

function copied(file, project, copy, isShownHere) {
  const from = join(project, file);
  if (file.startsWith('..') || !existsSync(from)) throw new Error(`a link leads to '${file}', which does not exist`);
  if (!statSync(from).isFile()) return null;
  const url = `source/${isShownHere ? file.replace(/\.png$/, '.webp') : file}${SHOWN.test(file) ? '' : '.txt'}`;
  copy(from, url);
  return url;
}

/** The address of a page of the site, as seen from another one. */
export function relative(from, to) {
  return posix.relative(posix.dirname(from), to);
}

/** Finds the links of a built site that lead nowhere, as `page: link`. */
export function deadLinks(site) {
  const dead = [];
  const pages = readdirSync(site, { recursive: true }).filter(each => each.endsWith('.html') && !each.startsWith('source/'));
  const texts = new Map(pages.map(page => [page, readFileSync(join(site, page), 'utf8')]));
  const ids = new Map([...texts].map(([page, text]) => [page, new Set([...text.matchAll(/<[^>]*\s(?:id|name)="([^"]+)"/g)].map(([, id]) => id))]));
  for (const [page, text] of texts) {
    for (const [tag] of text.matchAll(TAG)) {
      for (const [, , address] of tag.matchAll(ADDRESS)) {
        if (/^(?:\w+:|\/\/)/.test(address)) continue;
        const [, path, query, anchor] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/.exec(address);
        const target = path ? posix.normalize(posix.join(posix.dirname(page), decodeURI(path))) : page;
        const isThere = existsSync(join(site, target)) && statSync(join(site, target)).isFile();
        const isAnchor = !anchor || ids.get(target)?.has(decodeURIComponent(anchor));
        if (!isThere || !isAnchor) dead.push(`${page}: ${address}`);
      }
    }
  }
  return dead;
}
