/** Reads what the site is made of: the navigation, the pages as markup, and the files that they link to. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { render } from './markdown.mjs';
import { rewrite } from './links.mjs';
import { LANGUAGES, folderOf, readJson, readPages } from './pages.mjs';

export const HOME = fileURLToPath(new URL('..', import.meta.url));
export const PROJECT = resolve(HOME, '..');

/**
 * @returns the groups of the navigation; the pages, each with what `render` returns; the texts of the frame by language;
 *   the version; the files to copy by their addresses
 */
export function readSite(project = PROJECT, navigation = readJson(join(HOME, 'navigation.json'))) {
  const words = readJson(join(HOME, 'words.json'));
  const { groups, pages } = readPages(project, navigation);
  addLists(groups, pages, words);
  const copies = new Map();
  for (const page of pages.filter(({ file }) => file)) {
    const { html, lead, ...rest } = render(readFileSync(join(project, page.file), 'utf8'), words[page.language]);
    const rewritten = (markup, url) => rewrite(markup, { ...page, url }, pages, project, (from, to) => copies.set(to, from));
    Object.assign(page, rest, { html: rewritten(html, page.url), lead: rewritten(lead, `${folderOf(page.language)}index.html`) });
  }
  return { groups, pages, words, copies, version: versionOf(readFileSync(join(project, 'pom.xml'), 'utf8')) };
}

/** Adds the pages of folders without a README: a list of what is in them. */
function addLists(groups, pages, words) {
  for (const { file, folder, key, name } of groups.flatMap(({ entries }) => entries)) {
    if (file !== null) continue;
    for (const language of LANGUAGES) {
      pages.push({
        file: null, folder, language, key, name,
        url: `${folderOf(language)}${key}.html`,
        layout: 'list.njk',
        title: name[language],
        summary: words[language].reports,
        html: '', headings: [], sections: [],
        isSearched: false,
      });
    }
  }
}

function versionOf(pom) {
  return /<artifactId>sluice-parent<\/artifactId>\s*<version>(.*?)</.exec(pom)[1];
}
