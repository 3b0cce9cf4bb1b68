package dev.sluice.sense.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The checks on which each check depends, directly or indirectly. Names of checks that do not exist are
/// ignored.
final class Dependencies {
    /// The maximum number of checks on which one depends, directly or indirectly: each of ten thousand has a
    /// list of them.
    static final int MAX = 250;

    static final Dependencies NONE = new Dependencies(Map.of(), Map.of());

    private final Map<String, List<String>> needed;
    private final Map<String, List<String>> dependents;

    private Dependencies(Map<String, List<String>> needed, Map<String, List<String>> dependents) {
        this.needed = needed;
        this.dependents = dependents;
    }

    /// @throws IllegalArgumentException if a check depends on itself, or on more than [#MAX] others
    static Dependencies of(Map<String, Rules> checks) {
        Map<String, Set<String>> all = new LinkedHashMap<>(); // In an order in which dependencies come first.
        for (String check : checks.keySet()) visit(check, checks, all, new LinkedHashSet<>());
        Map<String, List<String>> needed = new LinkedHashMap<>();
        Map<String, List<String>> dependents = new LinkedHashMap<>();
        all.forEach((check, others) -> {
            if (others.isEmpty()) return;
            needed.put(check, List.copyOf(others));
            for (String other : others)
                dependents.computeIfAbsent(other, _ -> new ArrayList<>()).add(check);
        });
        return new Dependencies(needed, dependents);
    }

    private static Set<String> visit(
            String check, Map<String, Rules> checks, Map<String, Set<String>> done, Set<String> path) {
        Set<String> known = done.get(check);
        if (known != null) return known;
        if (path.size() > MAX) throw tooMany(check);
        if (!path.add(check)) {
            throw new IllegalArgumentException("'" + check + "' depends on itself: " + String.join(" → ", path));
        }
        Set<String> needed = new LinkedHashSet<>();
        Rules rules = checks.get(check);
        if (rules != null) {
            for (String other : new TreeSet<>(rules.dependsOn())) {
                if (!checks.containsKey(other)) continue;
                needed.add(other);
                needed.addAll(visit(other, checks, done, path));
            }
        }
        if (needed.size() > MAX) throw tooMany(check);
        path.remove(check);
        done.put(check, needed);
        return needed;
    }

    private static IllegalArgumentException tooMany(String check) {
        return new IllegalArgumentException(
                "'" + check + "' depends on more than " + MAX + " checks, or is in a chain of that many");
    }

    /// Returns the checks on which a check depends.
    List<String> of(String check) {
        return needed.getOrDefault(check, List.of());
    }

    /// Returns the checks that depend on a check, in an order in which dependencies come first.
    List<String> dependentsOf(String check) {
        return dependents.getOrDefault(check, List.of());
    }
}
