// Hidden pages close their connections, which browsers limit per host, and reopen them when they become visible.

/**
 * @param rest    closes them; may be called again
 * @param wake    opens them, if they are closed
 * @param graceMs how long they stay open when the page is hidden
 */
export function whileSeen(rest, wake, graceMs = 0) {
    let timer = 0;
    document.addEventListener('visibilitychange', () => {
        clearTimeout(timer);
        if (document.hidden) timer = setTimeout(rest, graceMs);
        else wake();
    });
    // A page that the browser keeps for "back" must not hold connections that the next page needs.
    addEventListener('pagehide', rest);
    addEventListener('pageshow', ({ persisted }) => persisted && wake());
}
