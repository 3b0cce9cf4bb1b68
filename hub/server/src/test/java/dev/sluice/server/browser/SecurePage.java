package dev.sluice.server.browser;

import dev.sluice.server.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A page in Chromium that uses the APIs of browsers by `secure-page.js`.
record SecurePage(Browser browser) {
    /// Tests with this lock use one browser, one after the other.
    static final String BROWSER = "browser over HTTPS";

    private static final String SCRIPT = script();

    private static String script() {
        try {
            return Files.readString(Path.of("src/test/js/secure-page.js"));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    static SecurePage open(Browser browser, Object address) {
        browser.open(address).run(SCRIPT);
        return new SecurePage(browser);
    }

    /// The result of `fetch` with cookies: the status, or the name of the error.
    ///
    /// @param options of `fetch`, as JavaScript
    String fetch(Object address, String options) {
        return (String) browser.runAsync(
                "const done = arguments[1];"
                        + "fetch(arguments[0], { credentials: 'include', ...(" + options + ") })"
                        + ".then(answer => done(String(answer.status)), error => done(error.name));",
                address.toString());
    }

    Source eventSource(Object address) {
        return follow("EventSource", address);
    }

    Source webSocket(Object address) {
        return follow("WebSocket", address);
    }

    private Source follow(String api, Object address) {
        return new Source(browser, (Long) browser.run("return follow(...arguments)", api, address.toString()));
    }

    /// An EventSource or a WebSocket of the page.
    record Source(Browser browser, long number) {
        /// Waits for a report that begins so: `open`, an event's data, `sluice.error`, `reconnecting`, `closed`.
        Source await(String start) {
            browser.runAsync("const done = arguments[2]; until(...arguments).then(done);", number, start);
            return this;
        }

        @SuppressWarnings("unchecked") // An array of strings in JavaScript.
        List<String> reports() {
            return (List<String>) browser.run("return sources[arguments[0]].reports", number);
        }

        void close() {
            browser.run("sources[arguments[0]].source.close()", number);
        }
    }
}
