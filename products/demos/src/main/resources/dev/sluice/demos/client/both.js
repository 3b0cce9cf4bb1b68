// Texts in both languages at once: the `lang` of the root element selects the visible one.
import { make } from '../../page/program.js';

/** Returns a text in English and in Chinese. */
export function both(english, chinese) {
    const all = make('span');
    for (const [language, text] of [['en', english], ['zh', chinese]]) {
        const part = make('span', '', text);
        part.lang = language;
        all.append(part);
    }
    return all;
}
