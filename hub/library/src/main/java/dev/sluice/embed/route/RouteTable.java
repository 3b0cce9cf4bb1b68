package dev.sluice.embed.route;

import dev.sluice.embed.handler.RouteHandler;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The routes of a program. Filled before the start, then only read.
final class RouteTable {
    /// Stands in for the method in routes of [dev.sluice.Routes#ws].
    static final Method WEBSOCKET = new Method("WEBSOCKET");

    private record Entry(PathPattern pattern, Method method, RouteHandler handler) {}

    /// A handler and the parts of the path that its route's stars matched.
    record Found(RouteHandler handler, List<String> stars) {}

    private final List<Entry> entries = new ArrayList<>();

    /// The first segments of all patterns, including stars.
    private final Set<String> firstSegments = new HashSet<>();

    void add(String path, Method method, RouteHandler handler) {
        Entry entry = new Entry(PathPattern.of(path), method, handler);
        for (Entry each : entries) {
            if (each.method.equals(method) && each.pattern.text().equals(path)) {
                throw new IllegalArgumentException("there is already a route for " + method + " at '" + path + "'");
            }
        }
        entries.add(entry);
        firstSegments.add(entry.pattern.segments().getFirst());
        entries.sort((one, other) -> one.pattern.compareTo(other.pattern));
    }

    @Nullable
    Found find(Path path, Method method) {
        // Fast path for the hub's own requests, which are the most frequent ones.
        if (!firstSegments.contains(path.first()) && !firstSegments.contains("*") && !firstSegments.contains("**"))
            return null;
        for (Entry each : entries) {
            if (!each.method.equals(method)) continue;
            List<String> stars = each.pattern.match(path);
            if (stars != null) return new Found(each.handler, stars);
        }
        return null;
    }

    /// Returns the methods that are routed at a path; empty if there are none.
    Set<String> methods(Path path) {
        Set<String> names = new TreeSet<>();
        for (Entry each : entries) {
            if (!each.method.equals(WEBSOCKET) && each.pattern.match(path) != null) names.add(each.method.name());
        }
        if (names.contains("GET")) names.add("HEAD");
        if (!names.isEmpty()) names.add("OPTIONS");
        return names;
    }
}
