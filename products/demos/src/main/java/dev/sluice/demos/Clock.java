package dev.sluice.demos;

import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.WebSocket;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Sends the time every two seconds over SSE, and echoes messages over WebSocket, on one port.
record Clock(Duration period, AtomicLong index) implements Program {
    record Now(String data, boolean success) {}

    Clock() {
        this(Duration.ofSeconds(2), new AtomicLong());
    }

    @Override
    public Sluice server() {
        return Sluice.inMemory().port(3003).origins("*").withoutHubPaths();
    }

    @Override
    public void routes(Routes routes) {
        routes.sse("/api/v1/sse", stream -> stream.every(period, () -> stream.json(next())))
                .ws("/**", this::echo)
                .get("/", _ -> Response.empty().status(302).header("Location", "sse.html"))
                .resources("/", Clock.class, "clock");
    }

    /// All clients share the counter; each event to any client increments it.
    private Now next() {
        return new Now("current time is " + time() + ", index is " + index.getAndIncrement(), true);
    }

    private void echo(WebSocket socket) {
        var isTicking = new AtomicBoolean();
        socket.onText(message -> {
            socket.send("收到客户端的消息：" + message);
            if (isTicking.getAndSet(true)) return; // One timer is enough; it ends with the connection.
            socket.every(period, () -> socket.send("服务器发送的消息: " + time()));
        });
    }

    private static String time() {
        return DateTimeFormatter.ofPattern("yyyy/M/d HH:mm:ss", Locale.ROOT)
                .format(LocalDateTime.now(ZoneId.systemDefault()));
    }
}
