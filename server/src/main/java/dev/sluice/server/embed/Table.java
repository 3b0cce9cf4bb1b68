package dev.sluice.server.embed;

import dev.sluice.server.http.Path;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a program has at its paths. Filled before the start, then only read.
final class Table {
    /// What `ws` is, where others have a method.
    static final HttpMethod WEBSOCKET = HttpMethod.valueOf("WEBSOCKET");

    private record Entry(PathPattern pattern, HttpMethod method, Target target) {}

    /// A target and what the stars of its path stand for.
    record Found(Target target, List<String> stars) {}

    private final List<Entry> entries = new ArrayList<>();

    /// What their paths begin with, stars too.
    private final Set<String> firsts = new HashSet<>();

    void add(String path, HttpMethod method, Target target) {
        Entry entry = new Entry(PathPattern.of(path), method, target);
        for (Entry each : entries) {
            if (each.method.equals(method) && each.pattern.text().equals(path)) {
                throw new IllegalArgumentException("there is something for " + method + " at '" + path + "' already");
            }
        }
        entries.add(entry);
        firsts.add(entry.pattern.segments().getFirst());
        entries.sort((one, other) -> one.pattern.compareTo(other.pattern));
    }

    @Nullable
    Found find(Path path, HttpMethod method) {
        // The hub's own requests, which are many, go by at once.
        if (!firsts.contains(path.first()) && !firsts.contains("*") && !firsts.contains("**")) return null;
        for (Entry each : entries) {
            if (!each.method.equals(method)) continue;
            List<String> stars = each.pattern.match(path);
            if (stars != null) return new Found(each.target, stars);
        }
        return null;
    }

    /// The methods that a path has; empty: there is nothing.
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
