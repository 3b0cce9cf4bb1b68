package dev.sluice.library;

import dev.sluice.Access;
import dev.sluice.Message;
import dev.sluice.Page;
import dev.sluice.PublishResult;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.SseEvent;
import dev.sluice.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// The examples in the library's documentation: `docs/library.md` and the Javadoc show the regions verbatim, and
/// [ExamplesTest] runs them.
@SuppressWarnings("JavaTimeDefaultTimeZone") // Examples are kept short.
final class Examples {
    private Examples() {}

    static void http(Sluice app) {
        // @start region="http"
        record Point(int x, int y) {}

        app.get(
                "/hello",
                request -> Response.text("Hello, " + request.query("name").orElse("world")));
        app.post("/points", request -> {
            var point = request.json(Point.class);
            return Response.json(new Point(point.y(), point.x())).status(201);
        });
        app.get(
                "/users/*/name",
                request -> Response.text("The name of " + request.stars().getFirst()));
        app.notFound(request -> Response.text("There is no " + request.path()).status(404));
        // @end
    }

    static void files(Sluice app) {
        // @start region="files"
        app.files("/", Path.of("public"));
        // @end
    }

    static void files(Sluice app, Path folder) {
        app.files("/", folder);
    }

    static void sse(Sluice app) {
        // @start region="sse"
        app.sse("/clock", stream -> {
            while (true) {
                stream.send(LocalTime.now().toString());
                Thread.sleep(1000);
            }
        });
        // @end
    }

    static void events(Sluice app) {
        // @start region="events"
        record Price(String stock, double price) {}

        app.sse("/prices", stream -> {
            stream.send(SseEvent.empty().retry(Duration.ofSeconds(1)));
            stream.json("price", new Price("ACME", 12.5));
            stream.send(SseEvent.data("closed").event("state").id("42"));
        });
        // @end
    }

    static void timer(Sluice app) {
        // @start region="timer"
        var watching = new AtomicInteger();
        app.sse("/watching", stream -> {
            watching.incrementAndGet();
            stream.onClose(watching::decrementAndGet);
            stream.every(Duration.ofSeconds(1), () -> stream.send(watching + " are watching"));
        });
        // @end
    }

    static void ws(Sluice app) {
        // @start region="ws"
        app.ws("/echo", socket -> {
            socket.send("Welcome");
            socket.onText(text -> socket.send("You said: " + text));
            socket.onBinary(bytes -> socket.close(1003, "text only"));
        });
        // @end
    }

    static void chat(Sluice app) {
        // @start region="chat"
        Set<WebSocket> everyone = ConcurrentHashMap.newKeySet();
        app.ws("/chat", socket -> {
            everyone.add(socket);
            socket.onClose(() -> everyone.remove(socket));
            socket.onText(text -> {
                for (var each : everyone) if (each.isOpen()) each.send(text);
            });
        });
        // @end
    }

    static void publish(Sluice app) {
        // @start region="publish"
        var news = app.channel("news");
        news.publish("hello");
        switch (news.publish(Message.text("important").type("alert").key("weather"))) {
            case PublishResult.Stored(String id) -> System.out.println("published as " + id);
            case PublishResult refused -> System.out.println("not published: " + refused);
        }
        // @end
    }

    static void conditions(Sluice app) {
        // @start region="conditions"
        var board = app.channel("board");
        board.publish(Message.text("first").ifEmpty());
        var seen = board.latest().orElseThrow();
        board.publish(Message.text("second").ifLatest(seen));
        board.publish(Message.text("paid").once("payment-4711"));
        board.publish(Message.text("paid").once("payment-4711")); // Changes nothing.
        // @end
    }

    static void subscribe(Sluice app, BlockingQueue<String> heard) {
        // @start region="subscribe"
        var subscription = app.channels("news", "weather/**")
                .last(10)
                .onGap(gap -> heard.add("some are gone: " + gap.reason()))
                .subscribe(event -> heard.add(event.channel() + ": " + event.text()));
        // @end
        app.channel("end").publish(subscription.cursor());
    }

    // @start region="mount"
    static void clock(Routes routes) {
        routes.get("/", request -> Response.html("<p>A clock is at <a href=now>now</a>."));
        routes.get("/now", request -> Response.text(LocalTime.now().toString()));
    }
    // @end

    static void mount(Sluice app) {
        // @start region="mounted"
        app.mount("/demos/clock", Examples::clock);
        // @end
    }

    static void page(Sluice app) {
        // @start region="page"
        var title = Map.of("en", "Prices", "zh", "价格");
        app.page(
                "/prices/",
                Page.of(Examples.class, "prices/prices.html", title)
                        .words(Examples.class, "prices/prices.json")
                        .style("prices.css")
                        .script("prices.js"));
        app.resources("/prices/", Examples.class, "prices");
        app.link("/prices/", title);
        // @end
    }

    static void readonly(Sluice app) {
        // @start region="readonly"
        app.authorizer(request -> Access.readOnly());
        // @end
    }

    static void keys(Sluice app) {
        // @start region="keys"
        app.key(
                "backend",
                Map.of(
                        "hash",
                        "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5",
                        "publish",
                        List.of("**")));
        app.grant("anyone", Map.of("subscribe", List.of("news/**")));
        app.grant("authenticated", Map.of("subscribe", List.of("rooms/{sub}/*"), "publish", List.of("rooms/{sub}/*")));
        // @end
    }

    static void listen(Sluice app, int port, Path certificate, Path key) {
        // @start region="listen"
        app.listen(Map.of("port", port, "certificate_file", certificate, "key_file", key));
        // @end
    }

    static void named(Sluice app, Function<String, Optional<String>> users) {
        // @start region="named"
        app.authorizer(request -> {
            var user = request.header("Authorization").flatMap(users);
            if (user.isEmpty()) return Access.readOnly("news/**");
            return Access.readOnly("news/**", "chat/**")
                    .allow(Access.Action.PUBLISH, "chat/*")
                    .as(user.get());
        });
        // @end
    }

    static void settings(Sluice app) {
        // @start region="settings"
        app.set("publish.event_max", "64KiB");
        app.set("connections_max", "5000");
        app.rule("chat/**", Map.of("retention.max_age", "1h", "retention.max_events", "10000"));
        app.rule("prices/*", Map.of("retention.max_events", "1000", "retention.keep", "newest-of-key"));
        // @end
    }

    static void doors(Sluice app) {
        // @start region="doors"
        app.origins("https://shop.example", "https://admin.example");
        app.allowHosts("hub.example");
        app.corsHeaders("Content-Type");
        app.corsMaxAge(Duration.ofMinutes(10));
        // @end
    }
}
