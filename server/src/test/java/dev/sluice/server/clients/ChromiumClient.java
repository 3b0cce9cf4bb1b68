package dev.sluice.server.clients;

import dev.sluice.server.Browser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A page in Chromium. `EventSource` comes back by itself, the others do not.
///
/// @param elsewhere a page of another origin, that the hub allows; null: one of the hub's own
record ChromiumClient(Browser browser, Way way, @Nullable URI elsewhere) implements ForeignClient {
    /// What the hub says to an EventSource besides events.
    private static final List<String> HUB_TYPES = List.of("sluice.gap", "sluice.closed", "sluice.error");

    private static final String SCRIPT = script();

    /// Names of functions in `page.js`.
    enum Way {
        EVENTSOURCE,
        WEBSOCKET,
        FETCH
    }

    @Override
    public Run follow(URI channel, @Nullable String lastId, Seen seen) {
        if (lastId == null) open(elsewhere == null ? channel.resolve("/livez") : elsewhere);
        String uri = ForeignClient.after(channel, lastId).toString();
        run("window.follow[arguments[0]](arguments[1], arguments[2])", way.name(), uri, HUB_TYPES);
        return new Page(this, seen);
    }

    private static String script() {
        try {
            return Files.readString(Path.of("src/test/js/page.js"));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    private void open(URI page) {
        inTurn(() -> browser.open(page).run(SCRIPT));
    }

    /// Runs a line in the page.
    Object run(String script, Object... arguments) {
        return inTurn(() -> browser.run(script, arguments));
    }

    /// A driver does one thing at a time. Whoever asks it again and again must not keep out who asks it once.
    private <T> T inTurn(Supplier<T> command) {
        browser.turns().lock();
        try {
            return command.get();
        } finally {
            browser.turns().unlock();
        }
    }

    /// What the page has told since it was asked last; waits a moment for it.
    @SuppressWarnings("unchecked") // An array of objects with strings in JavaScript.
    private List<Map<String, String>> take() {
        return (List<Map<String, String>>)
                inTurn(() -> browser.runAsync("const [done] = arguments; window.take().then(done);"));
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
        private final ChromiumClient client;
        private final Seen seen;
        private final Thread taker;
        private volatile boolean closed;

        Page(ChromiumClient client, Seen seen) {
            this.client = client;
            this.seen = seen;
            taker = Thread.ofVirtual().start(this::take);
        }

        private void take() {
            while (!closed) client.take().forEach(this::tell);
        }

        private void tell(Map<String, String> told) {
            if (told.containsKey("id")) seen.event(told.get("id"), told.get("data"));
            else if (told.containsKey("place")) seen.place(told.get("place"));
            else if (told.containsKey("ended")) seen.ended(told.get("ended"));
            else seen.note(told.get("note"));
        }

        @Override
        public void send(String message) {
            client.run("window.sources[0].send(arguments[0])", message);
        }

        @Override
        public void close() {
            closed = true;
            try {
                taker.join();
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            client.run("window.sources.splice(0).forEach(source => source.close())");
        }
    }
}
