// Simple syntax colours for Java, JavaScript, CSS and HTML.
import { make } from '../page/program.js';

const COMMON = {
    comment: /\/\/.*|\/\*[^]*?\*\//,
    string: /"""[^]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/,
};
const LANGUAGES = {
    java: rules({
        ...COMMON,
        mark: /@\w+/,
        keyword: words(`abstract boolean break byte case catch char class continue default do double else enum extends
            final finally float for if implements import instanceof int interface long new null package permits private
            protected public record return sealed short static super switch synchronized this throw throws true false
            try var void volatile while yield`),
        number: /\b\d[\w.]*/,
    }),
    js: rules({
        ...COMMON,
        keyword: words(`async await break case catch class const continue default else export extends false finally for
            function if import from in instanceof let new null of return static switch this throw true try typeof
            undefined while`),
        number: /\b\d[\w.]*/,
    }),
    css: rules({ comment: /\/\*[^]*?\*\//, string: COMMON.string, mark: /@[\w-]+|--[\w-]+/, keyword: /[\w-]+(?=:\s)/ }),
    html: rules({ comment: /<!--[^]*?-->|<!doctype[^>]*>/i, string: /"[^"\n]*"/, keyword: /<\/?[a-z][\w-]*|\/?>/ }),
};

function words(list) {
    return new RegExp(`\\b(?:${list.trim().split(/\s+/).join('|')})\\b`);
}

/** Joins all expressions into one, each as a named group; the first that matches wins. */
function rules(named) {
    return new RegExp(Object.entries(named).map(([name, rule]) => `(?<${name}>${rule.source})`).join('|'), 'gi');
}

/** Shows a source in an element. The source is never parsed as markup. */
export function highlight(element, source, language) {
    element.replaceChildren();
    if (language !== 'html') return colour(element, source, LANGUAGES[language]);
    // Scripts within a page are in another language.
    for (const [i, part] of source.split(/(?<=<script>)([^]*?)(?=<\/script>)/).entries()) {
        colour(element, part, i % 2 === 0 ? LANGUAGES.html : LANGUAGES.js);
    }
}

function colour(element, source, rule) {
    let from = 0;
    for (const found of rule ? source.matchAll(rule) : []) {
        element.append(source.slice(from, found.index));
        const [kind] = Object.entries(found.groups).find(([, text]) => text !== undefined);
        element.append(make('span', `code-${kind}`, found[0]));
        from = found.index + found[0].length;
    }
    element.append(source.slice(from));
}
