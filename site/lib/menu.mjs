/** The navigation as each page shows it, and the parts of the search, which follow it. */
import { relative } from './links.mjs';

/** The page of an entry in a language; where there is no translation, the English one. */
function pageOf(key, language, pages) {
  const all = pages.filter(each => each.key === key);
  return all.find(each => each.language === language) ?? all[0];
}

function nameOf(page, language) {
  return page.name?.[language] ?? page.title;
}

/** The groups of links; the pages below an entry only where one is among them. */
export function menu(groups, pages, here) {
  const { language } = here;
  const link = key => {
    const page = pageOf(key, language, pages);
    return { url: relative(here.url, page.url), name: nameOf(page, language), isHere: page === here, isForeign: page.language !== language, sections: page.headings.filter(({ level }) => level === 2) };
  };
  return groups.filter(({ entries }) => entries.length > 0).map(({ name, entries }) => ({
    name: name[language],
    links: entries.map(({ key, below = [] }) => {
      const isOpen = here.key === key || below.some(each => each.key === here.key);
      return { ...link(key), below: (isOpen || here.key === 'search') ? below.map(each => link(each.key)) : [] };
    }),
  }));
}

/** The sections to search, in a file for each group and language: a large one would be sent uncompressed. */
export function searchParts(groups, pages) {
  return ['en', 'zh'].flatMap(language => groups.flatMap(({ entries }, i) => {
    const sections = entries
      .flatMap(({ key, below = [] }) => [key, ...below.map(each => each.key)])
      .map(key => pageOf(key, language, pages))
      .filter(({ isSearched }) => isSearched)
      .flatMap(page => page.sections.map(({ id, title, text }) => ({ url: page.url + (id && `#${id}`), page: nameOf(page, language), title, text })));
    return sections.length ? [{ url: `search/${language}-${i}.json`, language, sections }] : [];
  }));
}
