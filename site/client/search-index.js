/** The search in sections of pages, in English and Chinese. */
import MiniSearch from 'minisearch';
import { stemmer } from 'stemmer';

export const RESULTS_MAX = 10;
const OF_ONE_PAGE_MAX = 3;
const WORD = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;
const HAN = /^\p{Script=Han}/u;

/** Words that are in most questions and say nothing about the answer. */
const STOP_WORDS = new Set(('a an and are as at be by can do does for from how i if in is it my of on or that the then there this to what when where '
    + 'which who why will with you your').split(' '));

const STEMS = new Map(); // The same words come again and again.

function stem(word) {
    if (!STEMS.has(word)) STEMS.set(word, stemmer(word));
    return STEMS.get(word);
}

/** The words of a text. Chinese has no spaces: there it is each pair of characters that follow each other. */
export function words(text) {
    return [...text.toLowerCase().matchAll(WORD)].flatMap(([word]) => {
        if (!HAN.test(word)) return STOP_WORDS.has(word) ? [] : [stem(word)];
        const characters = [...word];
        return characters.length === 1 ? characters : characters.slice(1).map((each, i) => characters[i] + each);
    });
}

/** @param sections of pages, each with `url`, `page`, `title` and `text` */
export function createIndex(sections) {
    const index = new MiniSearch({ fields: ['title', 'page', 'text'], idField: 'id', tokenize: words, processTerm: term => term });
    index.addAll(sections.map((section, id) => ({ ...section, id })));
    return { index, sections };
}

/** The sections that answer a question best, at most ten, and at most three of a page. */
export function find({ index, sections }, question) {
    const found = index.search(question, {
        boost: { title: 4, page: 3, text: 1 },
        prefix: term => term.length > 2 || (term.length === 1 && HAN.test(term)),
        fuzzy: term => (/^[a-z]{5,}$/.test(term) ? 0.2 : false),
        weights: { fuzzy: 0.2, prefix: 0.5 },
    });
    const ofPage = new Map();
    return found
        .filter(({ id }) => {
            const [page] = sections[id].url.split('#');
            const count = (ofPage.get(page) ?? 0) + 1;
            ofPage.set(page, count);
            return count <= OF_ONE_PAGE_MAX;
        })
        .slice(0, RESULTS_MAX)
        .map(({ id, terms }) => ({ ...sections[id], terms }));
}
