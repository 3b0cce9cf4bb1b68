// Hidden pages close their connections, which browsers limit per host, and reopen them when they become visible.

/**
 * @param rest    closes them; may be called again
 * @param wake    opens them, if they are closed
 * @param graceMs how long they stay open when the page is hidden
 */
export function whileSeen(rest, wake, graceMs = 0) {
    let timer = 0;
    const restLater = () => {
        timer = setTimeout(rest, graceMs);
    };
    document.addEventListener('visibilitychange', () => {
        clearTimeout(timer);
        if (document.hidden) restLater();
        else wake();
    });
    if (document.hidden) restLater(); // Opened in a background tab.
    // A page that the browser keeps for "back" must not hold connections that the next page needs.
    addEventListener('pagehide', rest);
    addEventListener('pageshow', ({ persisted }) => persisted && wake());
}
