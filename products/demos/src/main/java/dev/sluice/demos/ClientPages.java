package dev.sluice.demos;

import dev.sluice.Message;
import dev.sluice.Page;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.page.PageFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Second versions of the chat, the live messages and the ticker, which use channels of the surrounding hub
/// and the browser client `/client.js`. They need a hub, so a demo on its own port does not have them.
public final class ClientPages {
    private static final List<String> FILES = List.of(
            "bar.css",
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
        routes.page("/chat.html", () -> page("chat", "chat.css", "Chat, in rooms", "聊天室"))
                .page("/live.html", () -> page("live", "compare.css", "Live, with the client", "实时消息：使用客户端"))
                .page("/ticker.html", () -> page("ticker", "compare.css", "Ticker, with the client", "滚动报价：使用客户端"));
        for (String file : FILES) routes.get("/" + file, PageFile.file(Demo.class, "client/" + file));
        feed(routes, "live", Live.PERIOD, () -> Message.json(Live.now()), hub);
        feed(routes, "ticker", Ticker.PERIOD, () -> Message.json(Ticker.now()).type("update"), hub);
    }

    private static Page page(String name, String style, String english, String chinese) {
        return Page.of(Demo.class, "client/" + name + ".html", Map.of("en", english, "zh", chinese))
                .style("bar.css")
                .style(style)
                .script(name + ".js");
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
