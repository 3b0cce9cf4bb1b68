import dev.sluice.Response;
import dev.sluice.Sluice;

/// A greeting, a clock over Server-Sent Events, an echo over WebSocket, and a hub that keeps its events: all on one port.
void main(String[] args) throws InterruptedException {
    try (var app = Sluice.in(Path.of("data"))
            .port(args.length > 0 ? Integer.parseInt(args[0]) : 8080)
            .get("/hello", request -> Response.text("Hello, " + request.query("name").orElse("world") + "!"))
            .sse("/clock", stream -> {
                while (true) {
                    stream.send(LocalTime.now().toString());
                    Thread.sleep(1000);
                }
            })
            .ws("/echo", socket -> socket.onText(text -> socket.send("You said: " + text)))
            .start()) {
        IO.println("Listening at " + app.uri());
        app.await();
    }
}
