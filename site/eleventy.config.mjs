/** The site, as Eleventy builds it: pages from Markdown that is not Eleventy's, in layouts of templates/. */
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import sharp from 'sharp';
import { relative } from './lib/links.mjs';
import { llmsFull, llmsIndex } from './lib/llms.mjs';
import { menu, searchParts } from './lib/menu.mjs';
import { LANGUAGES, folderOf } from './lib/pages.mjs';
import { HOME, PROJECT, readSite } from './lib/site.mjs';

const CONSOLE = join(PROJECT, 'hub/server/src/main/resources/dev/sluice/server/page');
const OUT = resolve(process.env.SLUICE_SITE ?? join(PROJECT, 'target/site'));

export default function (config) {
  config.addWatchTarget(join(PROJECT, 'docs/**/*.md'), { resetConfig: true });
  for (const folder of ['client', 'css']) config.addWatchTarget(folder);
  config.setUseGitIgnore(false);
  config.setNunjucksEnvironmentOptions({ throwOnUndefined: true, trimBlocks: true, lstripBlocks: true });

  const { groups, pages, words, copies, version } = readSite();
  const parts = searchParts(groups, pages);
  for (const language of LANGUAGES) {
    const folder = folderOf(language);
    const { title, search } = words[language];
    const own = { language, html: '', headings: [], summary: '' };
    const readme = pages.find(each => each.file === (language === 'zh' ? 'README.zh-CN.md' : 'README.md'));
    pages.push({ ...own, key: 'index', url: `${folder}index.html`, layout: 'home.njk', title, summary: readme.summary, lead: readme.lead });
    const searchFiles = parts.filter(each => each.language === language).map(({ url }) => url).join(' ');
    pages.push({ ...own, key: 'search', url: `${folder}search.html`, layout: 'search.njk', title: search, searchFiles });
  }
  for (const page of pages) {
    config.addTemplate(page.url, page.html, {
      layout: page.layout ?? 'page.njk',
      permalink: page.url,
      ...page,
      title: page.name?.[page.language] ?? page.title,
      version,
      words: words[page.language],
      root: relative(page.url, 'x').slice(0, -1),
      home: relative(page.url, `${folderOf(page.language)}index.html`),
      search: relative(page.url, `${folderOf(page.language)}search.html`),
      menu: menu(groups, pages, page),
      contents: page.headings.filter(({ level }) => level === 2 || level === 3),
      other: otherLanguage(page, pages, words),
    });
  }

  config.on('eleventy.after', async () => {
    for (const [url, from] of copies) await (url.endsWith('.webp') ? shrink(from, url) : copy(from, url));
    for (const name of ['icon.svg', 'icon.png']) copy(join(CONSOLE, name), `assets/${name}`);
    for (const language of LANGUAGES) {
      await shrink(join(PROJECT, `docs/screens/overview-1440-light-${language}.png`), `assets/console-${language}.webp`);
    }
    copy(join(HOME, 'client/early.js'), 'assets/early.js');
    copy(join(PROJECT, 'docs/overview.webm'), 'source/docs/overview.webm');
    write('assets/licenses.txt', ['minisearch', 'stemmer'].map(licence).join('\n'));
    await bundle();
    for (const { url, sections } of parts) write(url, JSON.stringify(sections));
    write('versions.json', JSON.stringify([version]));
    write('llms.txt', llmsIndex(groups, pages));
    write('llms-full.txt', llmsFull(groups, pages, file => readFileSync(join(PROJECT, file), 'utf8')));
  });
}

export const config = {
  dir: { input: 'templates', includes: '.', output: OUT },
  templateFormats: ['html'],
  htmlTemplateEngine: false,
};

/** Where the switch of languages leads: to the same page, or home if it is not translated. */
function otherLanguage({ url, key, language }, pages, words) {
  const to = language === 'en' ? 'zh' : 'en';
  const same = pages.find(each => each.key === key && each.language === to);
  return { url: relative(url, same?.url ?? `${folderOf(to)}index.html`), language: to, name: words[to].language };
}

function write(url, text) {
  mkdirSync(dirname(join(OUT, url)), { recursive: true });
  writeFileSync(join(OUT, url), text);
}

function copy(from, url) {
  mkdirSync(dirname(join(OUT, url)), { recursive: true });
  cpSync(from, join(OUT, url));
}

/** The licence of a package whose code is in a script. */
function licence(name) {
  const folder = join(HOME, 'node_modules', name);
  const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
  return `${name}\n\n${readFileSync(join(folder, file), 'utf8')}`;
}

/** A picture as wide as a page, in a fifth of the bytes. */
async function shrink(from, url) {
  mkdirSync(dirname(join(OUT, url)), { recursive: true });
  await sharp(from).resize({ width: 1040, withoutEnlargement: true }).webp({ quality: 50 }).toFile(join(OUT, url));
}

/** The console's style and that of the site in one file, and the scripts with what they import. */
async function bundle() {
  const design = ['tokens', 'base', 'components'].map(name => `@import '${join(CONSOLE, 'design', `${name}.css`)}';`);
  await build({
    stdin: { contents: [...design, `@import './css/site.css';`].join('\n'), resolveDir: HOME, loader: 'css' },
    outfile: join(OUT, 'assets/site.css'),
    bundle: true,
    minify: true,
    charset: 'utf8',
    logLevel: 'error',
  });
  await build({
    absWorkingDir: HOME,
    entryPoints: ['client/site.js', 'client/search.js'],
    outdir: join(OUT, 'assets'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'error',
  });
}
