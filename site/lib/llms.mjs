/** The site for language models (llmstxt.org): its pages in one list, and their Markdown in one file. */

function written(groups, pages) {
  return groups
    .map(({ name, entries }) => ({
      name: name.en,
      pages: entries
        .flatMap(({ key, below = [] }) => [key, ...below.map(each => each.key)])
        .map(key => pages.find(each => each.key === key && each.language === 'en'))
        .filter(({ isSearched }) => isSearched),
    }))
    .filter(group => group.pages.length > 0);
}

export function llmsIndex(groups, pages) {
  const readme = pages.find(({ file }) => file === 'README.md');
  const lists = written(groups, pages).map(({ name, pages: some }) =>
    `## ${name}\n\n${some.map(each => `- [${each.name?.en ?? each.title}](${each.url})${each.summary && `: ${each.summary}`}`).join('\n')}\n`);
  return [`# ${readme.title}\n`, `> ${readme.summary}\n`, 'All pages as one file of Markdown: [llms-full.txt](llms-full.txt).\n', ...lists].join('\n');
}

export function llmsFull(groups, pages, read) {
  return written(groups, pages)
    .flatMap(group => group.pages)
    .map(({ file }) => `<!-- ${file} -->\n\n${read(file).trim()}\n`)
    .join('\n');
}
