/** Renders Markdown as GitHub does, but for scripts and styles, which the site's Content-Security-Policy forbids. */
import GithubSlugger from 'github-slugger';
import hljs from 'highlight.js/lib/common';
import http from 'highlight.js/lib/languages/http';
import nginx from 'highlight.js/lib/languages/nginx';
import properties from 'highlight.js/lib/languages/properties';
import MarkdownIt from 'markdown-it';

hljs.registerLanguage('http', http);
hljs.registerLanguage('nginx', nginx);
hljs.registerLanguage('properties', properties);
hljs.configure({ classPrefix: 'h-' });

const markdown = new MarkdownIt({ html: true, linkify: false, highlight: highlighted });

function highlighted(code, language) {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language, ignoreIllegals: true }).value : '';
}

const { rules } = markdown.renderer;
// What may be wider than the page scrolls, so the keyboard must reach it.
rules.table_open = (tokens, i, _, { words }) => `<div class="table" role="group" tabindex="0" aria-label="${words.table}"><table>`;
rules.table_close = () => '</table></div>\n';
for (const cell of ['th_open', 'td_open']) rules[cell] = aligned;
const fence = rules.fence.bind(rules);
rules.fence = (tokens, i, options, env, self) =>
  fence(tokens, i, options, env, self).replace('<pre>', `<pre tabindex="0" role="group" aria-label="${env.words.code}">`);

/** The alignment of a cell as a class: markdown-it writes a style. An empty head is a cell like any other. */
function aligned(tokens, i) {
  const [, side] = /text-align:(\w+)/.exec(tokens[i].attrGet('style') ?? '') ?? [];
  const tag = tokens[i].tag === 'th' && tokens[i + 1].content === '' ? 'td' : tokens[i].tag;
  tokens[i + 2].tag = tag;
  return side && side !== 'left' ? `<${tag} class="${side}">` : `<${tag}>`;
}

/**
 * @returns {{html: string, title: string, lead: string, summary: string, headings: {level: number, id: string, text: string}[],
 *   sections: {id: string, title: string, text: string}[]}}
 */
export function render(source, words) {
  const env = { words };
  const tokens = markdown.parse(source, env);
  const headings = nameHeadings(tokens);
  return {
    html: markdown.renderer.render(tokens, markdown.options, env),
    title: headings.find(({ level }) => level === 1)?.text ?? '',
    lead: leadOf(tokens),
    summary: summaryOf(tokens),
    headings,
    sections: sectionsOf(tokens),
  };
}

/** Gives the headings the ids that GitHub gives them. */
function nameHeadings(tokens) {
  const slugger = new GithubSlugger();
  return tokens.flatMap((token, i) => {
    if (token.type !== 'heading_open') return [];
    const text = textOf(tokens[i + 1]);
    token.attrSet('id', slugger.slug(text));
    return [{ level: Number(token.tag.slice(1)), id: token.attrGet('id'), text }];
  });
}

function textOf({ children }) {
  return children.map(({ type, content }) => (/^(text|code_inline)$/.test(type) ? content : /break$/.test(type) ? ' ' : '')).join('');
}

/** The first paragraph as markup, for the home page. */
function leadOf(tokens) {
  const i = tokens.findIndex(({ type }) => type === 'paragraph_open');
  return i < 0 ? '' : markdown.renderer.render(tokens.slice(i, i + 3), markdown.options, {});
}

/** What the first paragraph that is more than links says first, in a sentence or two. */
function summaryOf(tokens) {
  for (const [i, token] of tokens.entries()) {
    if (token.type !== 'inline' || tokens[i - 1].type !== 'paragraph_open' || tokens[i - 1].level > 0) continue;
    if (textOf({ children: withoutLinks(token.children) }).replace(/[\s·]/g, '').length < 30) continue;
    const [first, second] = textOf(token).match(/.+?(?:[.:](?=\s|$)|[。：]|$)/g);
    return (first.length < 60 && second ? first + second : first).replace(/[:：]$/, '.');
  }
  return '';
}

function withoutLinks(children) {
  let depth = 0;
  return children.filter(({ type }) => {
    if (type === 'link_open') depth++;
    if (type === 'link_close') depth--;
    return depth === 0;
  });
}

/** The text below each heading of the first three levels, for the search. */
function sectionsOf(tokens) {
  const sections = [];
  tokens.forEach((token, i) => {
    if (token.type === 'heading_open' && Number(token.tag.slice(1)) <= 3) {
      sections.push({ id: token.tag === 'h1' ? '' : token.attrGet('id'), title: textOf(tokens[i + 1]), texts: [] });
    } else if (tokens[i - 1]?.type === 'heading_open') {
      // The title, which the section has.
    } else if (token.type === 'inline') {
      sections.at(-1)?.texts.push(textOf(token));
    } else if (token.type === 'fence') {
      sections.at(-1)?.texts.push(token.content);
    }
  });
  return sections.map(({ texts, ...section }) => ({ ...section, text: texts.join(' ').replace(/\s+/g, ' ').trim() }));
}
