package dev.sluice.embed.route;

import dev.sluice.Page;
import dev.sluice.embed.handler.HandlerContext;
import dev.sluice.embed.handler.Threads;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.page.Pages;
import dev.sluice.server.page.ProgramPage;
import dev.sluice.server.page.ProgramPages;
import dev.sluice.server.page.Translation;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.transport.websocket.MessageLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All routes of a program. Filled before the start, then only read.
public final class Paths {
    private final RouteTable table = new RouteTable();
    private final List<RouteScope> scopes = new ArrayList<>();
    private final HandlerContext context = new HandlerContext();
    private final RouteScope root = addScope("");
    private final TreeMap<String, ProgramPage> pages = new TreeMap<>();

    /// Pages that are created after the server has started.
    private final TreeMap<String, Supplier<ProgramPage>> laterPages = new TreeMap<>();

    private @Nullable ProgramPages inFrame;

    /// The scope without a prefix, in which the program registers its routes.
    public dev.sluice.Routes root() {
        return root;
    }

    /// The threads of all handlers.
    public Threads threads() {
        return context.threads();
    }

    RouteTable table() {
        return table;
    }

    public HandlerContext context() {
        return context;
    }

    RouteScope addScope(String prefix) {
        RouteScope scope = new RouteScope(this, prefix);
        scopes.add(scope);
        return scope;
    }

    void addPage(String path, Page page) {
        pages.put(path, page(page));
    }

    void addPage(String path, Supplier<Page> page) {
        laterPages.put(path, () -> page(page.get()));
    }

    private static ProgramPage page(Page page) {
        return new ProgramPage(
                page.markup(), new Translation(page.title()), page.styles(), page.scripts(), page.words());
    }

    public ProgramPages pages() {
        return Objects.requireNonNull(inFrame, "not started");
    }

    /// Puts the program's pages into the frame of the hub's. Called once, at the start.
    ///
    /// @throws IllegalArgumentException if the frame is not served, or a page names a word that it lacks
    public void frame(Pages hub, boolean servesHub) {
        inFrame = new ProgramPages(hub, pages, laterPages);
        if (servesHub) return;
        inFrame.paths().stream().findFirst().ifPresent(path -> {
            throw new IllegalArgumentException(
                    "The frame of the page " + path + " is among the hub's paths, which withoutHubPaths() leaves out.");
        });
    }

    /// Returns a route that tries these paths before those of the hub. Called once, at the start.
    ///
    /// @param unread      the budget of what clients have not read
    /// @param settings    the limits for events also apply to request bodies and messages
    /// @param sendTimeout how long `send` waits for a client that does not read
    /// @param servesHub   whether the hub's own paths are served
    public Route before(
            Router hub, InFlightBytes unread, ServerSettings settings, Duration sendTimeout, boolean servesHub) {
        PublishSettings publish = settings.publish();
        context.setLimits(
                MessageLimits.of(publish.eventBytesMax(), publish.inFlight(), settings.http()), unread, sendTimeout);
        List<RouteScope> deepestFirst = scopes.stream()
                .sorted(Comparator.comparingInt(
                                (RouteScope scope) -> scope.prefix().length())
                        .reversed())
                .toList();
        return new ProgramRouter(table, deepestFirst, threads(), servesHub ? hub : null);
    }
}
