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

/// A page in Chromium. `EventSource` reconnects on its own, the other APIs do not.
///
/// @param elsewhere a page of another origin that the hub allows; null for a page of the hub's own origin
record ChromiumClient(Browser browser, Api api, @Nullable URI elsewhere) implements ForeignClient {
    /// The hub's events to an EventSource besides those published.
    private static final List<String> HUB_TYPES = List.of("sluice.gap", "sluice.closed", "sluice.error");

    private static final String SCRIPT = script();

    /// The names of functions in `page.js`.
    enum Api {
        EVENTSOURCE,
        WEBSOCKET,
        FETCH
    }

    @Override
    public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
        if (lastId == null) open(elsewhere == null ? channel.resolve("/livez") : elsewhere);
        String uri = ForeignClient.after(channel, lastId).toString();
        run("window.follow[arguments[0]](arguments[1], arguments[2])", api.name(), uri, HUB_TYPES);
        return new Page(this, received);
    }

    private static String script() {
        try {
            return Files.readString(Path.of("src/test/js/page.js"));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    private void open(URI page) {
        exclusively(() -> browser.open(page).run(SCRIPT));
    }

    /// Runs a script in the page.
    Object run(String script, Object... arguments) {
        return exclusively(() -> browser.run(script, arguments));
    }

    /// A driver runs one command at a time. The loop that polls it must not starve single commands.
    private <T> T exclusively(Supplier<T> command) {
        browser.turns().lock();
        try {
            return command.get();
        } finally {
            browser.turns().unlock();
        }
    }

    /// The page's reports since the last call; waits briefly for some.
    @SuppressWarnings("unchecked") // An array of objects with strings in JavaScript.
    private List<Map<String, String>> take() {
        return (List<Map<String, String>>)
                exclusively(() -> browser.runAsync("const [done] = arguments; window.take().then(done);"));
    }

    @Override
    public boolean reconnects() {
        return api == Api.EVENTSOURCE;
    }

    @Override
    public Set<String> origins() {
        return elsewhere == null ? Set.of() : Set.of(elsewhere.toString());
    }

    /// Reads the page's reports until it is closed.
    private static final class Page implements Run {
        private final ChromiumClient client;
        private final ReceivedEvents received;
        private final Thread reader;
        private volatile boolean closed;

        Page(ChromiumClient client, ReceivedEvents received) {
            this.client = client;
            this.received = received;
            reader = Thread.ofVirtual().start(this::take);
        }

        private void take() {
            while (!closed) client.take().forEach(this::handle);
        }

        private void handle(Map<String, String> report) {
            if (report.containsKey("id")) received.event(report.get("id"), report.get("data"));
            else if (report.containsKey("place")) received.cursor(report.get("place"));
            else if (report.containsKey("ended")) received.ended(report.get("ended"));
            else received.note(report.get("note"));
        }

        @Override
        public void send(String message) {
            client.run("window.sources[0].send(arguments[0])", message);
        }

        @Override
        public void close() {
            closed = true;
            try {
                reader.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            client.run("window.sources.splice(0).forEach(source => source.close())");
        }
    }
}
