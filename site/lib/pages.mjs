/** Which pages the site has: the Markdown files that navigation.json names, in both languages. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const LANGUAGES = ['en', 'zh'];

/** The folder of a language's pages. */
export function folderOf(language) {
  return language === 'en' ? '' : `${language}/`;
}

const CHINESE = '.zh-CN.md';

/**
 * @typedef {object} Page
 * @property {string} file  the Markdown file, relative to the project
 * @property {string} url   relative to the site, as `zh/deploy.html`
 * @property {'en'|'zh'} language
 * @property {string} key   the same for a page and its translation
 * @property {object} [name]  its name in the navigation, instead of its title
 * @property {boolean} isSearched
 */

/** Reads the navigation of a project, and finds its pages. Throws if it lacks a page of docs/. */
export function readPages(project, navigation) {
  const named = new Set(navigation.groups.flatMap(({ pages }) => pages.map(each => each.file ?? each)));
  const groups = navigation.groups.map(({ name, pages }) => ({ name, entries: pages.flatMap(each => entriesOf(project, each, named)) }));
  const pages = groups.flatMap(({ entries }) => entries).flatMap(entry => pagesOf(project, entry));
  for (const page of pages) page.isSearched = !navigation.notSearched.some(folder => page.file.startsWith(folder));
  requireAll(project, pages);
  return { groups, pages };
}

/**
 * The entries of a line of the navigation. A folder with a README is one, with its other pages below; one with a name is
 * a list of its pages; of any other folder, each page is an entry. What is not written yet is left out, and so are pages of a
 * folder that the navigation names elsewhere.
 */
function entriesOf(project, line, named) {
  const { file, folder, ...rest } = typeof line === 'string' ? { [line.endsWith('/') ? 'folder' : 'file']: line } : line;
  if (file) return existsSync(join(project, file)) ? [{ file, key: rest.as ?? keyOf(file), ...rest }] : [];
  const readme = `${folder}README.md`;
  const files = markdownIn(project, folder).filter(each => !each.endsWith(CHINESE) && !named.has(each));
  const below = files.filter(each => each !== readme).map(each => ({ file: each, key: keyOf(each) }));
  if (files.includes(readme)) return [{ file: readme, key: keyOf(readme), below, ...rest }];
  return rest.name && below.length ? [{ file: null, folder, key: keyOf(readme), below, ...rest }] : below;
}

/** The page of an entry, its translation and the pages below it. */
function pagesOf(project, { file, key, name, below = [] }) {
  const own = file === null ? [] : [{ file, url: `${key}.html`, language: 'en', key, name }];
  const chinese = file?.replace(/\.md$/, CHINESE);
  if (chinese && existsSync(join(project, chinese))) own.push({ file: chinese, url: `${folderOf('zh')}${key}.html`, language: 'zh', key, name });
  return [...own, ...below.flatMap(each => pagesOf(project, each))];
}

function keyOf(file) {
  return file.replace(/^docs\//, '').replace(/\.md$/, '').replace(/README$/, 'index').toLowerCase();
}

function markdownIn(project, folder) {
  if (!existsSync(join(project, folder))) return [];
  return readdirSync(join(project, folder)).filter(each => each.endsWith('.md')).sort().map(each => folder + each);
}

function requireAll(project, pages) {
  const known = new Set(pages.map(({ file }) => file));
  const unnamed = readdirSync(join(project, 'docs'), { recursive: true })
    .map(each => `docs/${each}`)
    .filter(file => file.endsWith('.md') && !known.has(file));
  if (unnamed.length) throw new Error(`site/navigation.json lacks these pages: ${unnamed.join(', ')}`);
  const urls = pages.map(({ url }) => url);
  const twice = urls.filter((url, i) => urls.indexOf(url) !== i);
  if (twice.length) throw new Error(`site/navigation.json gives several pages one address: ${twice.join(', ')}`);
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
