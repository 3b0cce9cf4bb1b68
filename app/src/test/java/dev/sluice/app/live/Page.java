package dev.sluice.app.live;

import dev.sluice.server.Browser;
import java.util.List;

/// A page in Chromium that follows by `EventSource` and by `WebSocket`, and records the ids it receives.
final class Page implements AutoCloseable {
    private static final String FOLLOW = """
            const list = name => {
                const list = document.body.appendChild(document.createElement('ol'));
                list.id = name;
                return id => list.appendChild(document.createElement('li')).textContent = id;
            };
            const [path] = arguments;
            const sse = list('sse');
            new EventSource(path).onmessage = event => sse(event.lastEventId);
            const websocket = list('websocket');
            new WebSocket(`ws://${location.host}${path}`).onmessage = message => {
                const { id } = JSON.parse(message.data);
                if (id) websocket(id);
            };
            """;

    private final Browser browser = Browser.english();

    Page(RunningHub hub, String path) {
        browser.open(hub.uri("/livez"));
        browser.run(FOLLOW, path);
    }

    /// Waits until both have received so many events.
    void await(int count) {
        for (String list : List.of("sse", "websocket")) {
            browser.await("document.querySelectorAll(arguments[0]).length >= arguments[1]", "#" + list + " li", count);
        }
    }

    /// @param list `sse` or `websocket`
    @SuppressWarnings("unchecked") // An array of strings in JavaScript.
    List<String> ids(String list) {
        return (List<String>) browser.run(
                "return [...document.getElementById(arguments[0]).children].map(li => li.textContent)", list);
    }

    @Override
    public void close() {
        browser.close();
    }
}
