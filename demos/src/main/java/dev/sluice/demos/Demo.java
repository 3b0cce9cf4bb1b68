package dev.sluice.demos;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.typewriter.Typewriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A demo program with its name, description and pages.
///
/// @param name    for example `clock`
/// @param shows   a description in one sentence
/// @param pages   the paths of its pages
/// @param program creates a new instance; its state is shared by all its clients
public record Demo(String name, String shows, List<String> pages, Supplier<Program> program) {
    /// Returns all demos, the simplest first.
    public static List<Demo> all() {
        return List.of(
                new Demo(
                        "clock",
                        "The time over SSE, an echo over WebSocket",
                        List.of("/sse.html", "/ws.html"),
                        Clock::new),
                new Demo("ticker", "Named events over SSE, for pages from anywhere", List.of("/page/"), Ticker::new),
                new Demo("hello", "A stream that ends, and the browser that comes back", List.of("/"), Hello::new),
                new Demo(
                        "live",
                        "Live messages, with a button to connect and one to leave",
                        List.of("/page/"),
                        Live::new),
                new Demo("chat", "A chat over WebSocket that survives a lost line", List.of("/"), Chat::new),
                new Demo(
                        "typewriter",
                        "A streamed answer over SSE and over fetch, from a prepared text or a model",
                        List.of("/"),
                        Typewriter::new));
    }

    public static Optional<Demo> named(String name) {
        return all().stream().filter(demo -> demo.name.equals(name)).findFirst();
    }

    /// Returns a new server for this demo alone, not started yet.
    public Sluice server() {
        return server(program.get());
    }

    static Sluice server(Program program) {
        Sluice server = program.server();
        program.use(server);
        add(program, server);
        return server;
    }

    /// Adds the demo below a prefix of another server:
    /// `server.mount("/demos/clock", routes -> clock.mount(routes, server))`.
    public void mount(Routes routes, Sluice server) {
        Program created = program.get();
        created.use(server);
        add(created, routes);
    }

    /// Adds the program's routes and the style sheet that all demos share.
    private static void add(Program program, Routes routes) {
        program.routes(routes);
        routes.resources("/look", Demo.class, "look");
    }
}
