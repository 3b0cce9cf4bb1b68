package dev.sluice.server.clients;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A page in Chromium. `EventSource` comes back by itself, the others do not.
///
/// @param elsewhere a page of another origin, that the hub allows; null: one of the hub's own
record ChromiumClient(Browser browser, Way way, @Nullable URI elsewhere) implements ForeignClient {
    /// Names of functions in `page.js`.
    enum Way {
        EVENTSOURCE,
        WEBSOCKET,
        FETCH
    }

    @Override
    public Run follow(URI channel, @Nullable String lastId, Seen seen) {
        if (lastId == null) browser.open(elsewhere == null ? channel.resolve("/livez") : elsewhere);
        browser.run(
                "window.follow[arguments[0]](arguments[1])",
                way.name(),
                ForeignClient.after(channel, lastId).toString());
        return new Page(browser, seen);
    }

    @Override
    public boolean returnsByItself() {
        return way == Way.EVENTSOURCE;
    }

    @Override
    public Set<String> origins() {
        return elsewhere == null ? Set.of() : Set.of(elsewhere.toString());
    }

    /// Takes what the page tells until it is closed.
    private static final class Page implements Run {
        private final Browser browser;
        private final Seen seen;
        private final Thread taker;
        private volatile boolean closed;

        Page(Browser browser, Seen seen) {
            this.browser = browser;
            this.seen = seen;
            taker = Thread.ofVirtual().start(this::take);
        }

        private void take() {
            while (!closed) browser.take().forEach(this::tell);
        }

        private void tell(Map<String, String> told) {
            if (told.containsKey("id")) seen.event(told.get("id"), told.get("data"));
            else if (told.containsKey("place")) seen.place(told.get("place"));
            else if (told.containsKey("ended")) seen.ended(told.get("ended"));
            else seen.note(told.get("note"));
        }

        @Override
        public void close() {
            closed = true;
            try {
                taker.join();
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            browser.run("window.sources.splice(0).forEach(source => source.close())");
        }
    }
}
