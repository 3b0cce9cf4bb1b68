package dev.sluice.demos;

import dev.sluice.Responder;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.page.PageFile;
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
                new Demo("chat", "A chat over WebSocket that survives a lost connection", List.of("/"), Chat::new),
                new Demo(
                        "typewriter",
                        "A streamed answer over SSE and over fetch, from a prepared text or a model",
                        List.of("/"),
                        Typewriter::new));
    }

    public static Optional<Demo> named(String name) {
        return all().stream().filter(demo -> demo.name.equals(name)).findFirst();
    }

    /// Returns the file of a page, or of the styles and scripts that all pages share, by its path below the
    /// demo; empty if there is none.
    public Optional<Responder> file(String path) {
        if (path.matches("/look/[a-z]+\\.[a-z]+"))
            return resource(path.substring(1)).map(file -> PageFile.file(Demo.class, file));
        boolean isFolder = path.endsWith("/");
        String page = isFolder ? path : path.replaceFirst("/index\\.html$", "/");
        String file = page.endsWith("/") ? "index.html" : page.substring(page.lastIndexOf('/') + 1);
        return pages.contains(page)
                ? resource(name + "/" + file).map(found -> PageFile.html(Demo.class, found))
                : Optional.empty();
    }

    /// Returns empty if there is no such resource; the program then serves the page itself.
    private static Optional<String> resource(String name) {
        return Optional.ofNullable(Demo.class.getResource(name)).map(_ -> name);
    }

    /// Returns a new server for this demo alone, which is not started yet.
    public Sluice server() {
        return server(program.get());
    }

    Sluice server(Program created) {
        Sluice server = created.server();
        created.use(server);
        add(created, server);
        return server;
    }

    private void addPages(Routes routes) {
        for (String page : pages) {
            file(page).ifPresent(file -> routes.get(page, file));
            if (page.endsWith("/")) file(page).ifPresent(file -> routes.get(page + "index.html", file));
        }
    }

    /// Adds the demo below a prefix of another server: `server.mount("/demos/clock", routes ->
    /// clock.mount(routes, server))`.
    public void mount(Routes routes, Sluice server) {
        Program created = program.get();
        created.use(server);
        add(created, routes);
    }

    /// Adds the program's routes, its pages, and the shared styles and scripts.
    private void add(Program program, Routes routes) {
        program.routes(routes);
        routes.resources("/look", Demo.class, "look");
        addPages(routes);
    }
}
