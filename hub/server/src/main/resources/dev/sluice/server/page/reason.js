// The reason of a failed request, from its answer.
import { words } from './words.js';

/** The text to show for a failed request. */
export function reason(error) {
    const { title, detail, status } = error.problem ?? {};
    if (status === 401 || status === 403) return [words(`error.${status}`), detail].filter(Boolean).join(' · ');
    if (title) return detail ? `${title}. ${detail}` : title;
    return status ? words('problem.other', { status }) : words('problem.network');
}
