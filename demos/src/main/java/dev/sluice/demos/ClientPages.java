package dev.sluice.demos;

import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.page.Page;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// A second version of the chat, the live messages and the ticker: on channels of the surrounding hub, read with the
/// browser client `/client.js`. They need a hub, so a demo on its own port does not have them.
public final class ClientPages {
    private static final List<String> PAGES = List.of("chat.html", "live.html", "ticker.html");
    private static final List<String> FILES = List.of(
            "both.js",
            "chat.css",
            "chat.js",
            "compare.css",
            "compare.js",
            "storage.js",
            "state.js",
            "live.js",
            "messages.js",
            "room.js",
            "rooms.js",
            "rows.js",
            "ticker.js",
            "unsent.js");

    private ClientPages() {}

    /// Adds the pages to these routes of a hub that has not been started.
    public static void on(Sluice hub, Routes routes) {
        for (String page : PAGES) routes.get("/" + page, Page.html(Demo.class, "client/" + page));
        for (String file : FILES) routes.get("/" + file, Page.file(Demo.class, "client/" + file));
        feed(routes, "live", Live.PERIOD, () -> Message.json(Live.now()), hub);
        feed(routes, "ticker", Ticker.PERIOD, () -> Message.json(Ticker.now()).type("update"), hub);
    }

    /// A page posts to this path each time its connection to the hub has been opened.
    private static void feed(Routes routes, String name, Duration period, Supplier<Message> next, Sluice hub) {
        String channel = "demos/" + name;
        var feed = new Feed(
                hub,
                channel,
                period,
                () -> hub.channel(channel).publish(next.get()).isStored());
        hub.onClose(feed::close);
        routes.post("/feed/" + name, _ -> {
            feed.wake();
            return Response.empty().status(204);
        });
    }
}
