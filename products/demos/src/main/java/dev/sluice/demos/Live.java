package dev.sluice.demos;

import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import dev.sluice.demos.page.PageFile;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/// Sends a welcome, then the server's time every two seconds, until the client disconnects.
record Live(Duration period) implements Program {
    static final Duration PERIOD = Duration.ofSeconds(2);

    record Message(long timestamp, String message) {}

    Live() {
        this(PERIOD);
    }

    @Override
    public Sluice server() {
        return Sluice.inMemory()
                .port(3000)
                .origins("*")
                .corsHeaders("Content-Type")
                .withoutHubPaths();
    }

    @Override
    public void routes(Routes routes) {
        routes.sse("/events", this::send)
                .resources("/page/", Live.class, "live")
                .notFound(request ->
                        PageFile.rootOr(request, "page/", Response.empty().status(404)));
    }

    private void send(SseStream stream) throws InterruptedException {
        stream.json(Map.of("message", "连接已建立"));
        while (true) {
            Thread.sleep(period);
            stream.json(now());
        }
    }

    static Message now() {
        return new Message(System.currentTimeMillis(), "服务器时间: " + time());
    }

    private static String time() {
        return DateTimeFormatter.ofPattern("yyyy/M/d HH:mm:ss", Locale.ROOT)
                .format(LocalDateTime.now(ZoneId.systemDefault()));
    }
}
