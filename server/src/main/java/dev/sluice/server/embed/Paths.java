package dev.sluice.server.embed;

import dev.sluice.server.ServerSettings;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Routes;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.transport.websocket.MessageLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// All that a program says of its paths. Filled before the start, then only read.
public final class Paths {
    private final Table table = new Table();
    private final List<Scope> scopes = new ArrayList<>();
    private final Surroundings surroundings = new Surroundings();
    private final Scope root = below("");

    /// Where the program says it.
    public dev.sluice.Routes root() {
        return root;
    }

    /// The threads of all handlers.
    public Threads threads() {
        return surroundings.threads();
    }

    Table table() {
        return table;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Scope below(String prefix) {
        Scope scope = new Scope(this, prefix);
        scopes.add(scope);
        return scope;
    }

    /// These paths in front of the hub's, from now on for good.
    ///
    /// @param settings    their limits are those of bodies and messages too
    /// @param sendTimeout how long a sender waits for a client that does not read
    /// @param hubIsServed whether the hub's own paths are there
    public Route before(Routes hub, ServerSettings settings, Duration sendTimeout, boolean hubIsServed) {
        PublishSettings publish = settings.publish();
        surroundings.begin(MessageLimits.of(publish.eventBytesMax(), publish.inFlight(), settings.http()), sendTimeout);
        List<Scope> deepestFirst = scopes.stream()
                .sorted(Comparator.comparingInt((Scope scope) -> scope.prefix().length())
                        .reversed())
                .toList();
        return new Program(table, deepestFirst, threads(), hubIsServed ? hub : null);
    }
}
