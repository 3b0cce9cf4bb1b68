package dev.sluice.app.arrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Who may depend on whom, and the check of it. To allow a new arrow, change docs/ARCHITECTURE.md and the table here.
final class Arrows {
    private static final String TRANSPORTS = "dev.sluice.server.transport.";
    private static final String CORE = "dev.sluice.core.";

    /// What users of the library import: in module server, and free of what that is built with.
    private static final String LIBRARY = "dev.sluice";

    /// What a module may name, by the beginnings of names; its own package comes first.
    private static final Map<String, List<String>> MAY_NAME = Map.of(
            "core", List.of(CORE, "java.", "org.jspecify."),
            "storage", List.of("dev.sluice.storage.", CORE, "java.", "org.jspecify.", "org.rocksdb."),
            "server",
                    List.of(
                            "dev.sluice.server.",
                            CORE,
                            "java.",
                            "org.jspecify.",
                            "io.netty.",
                            "tools.jackson.",
                            "com.fasterxml.jackson.annotation."),
            "client-java", List.of("dev.sluice.client.", "java.", "javax.net.ssl.", "org.jspecify."),
            "demos", List.of("dev.sluice.demos.", CORE, "java.", "org.jspecify.", "tools.jackson."),
            "load", List.of("dev.sluice.load.", "java.", "org.jspecify.", "org.HdrHistogram."),
            "bench",
                    List.of(
                            "dev.sluice.bench.",
                            "dev.sluice.app.command.OldGeneration",
                            CORE,
                            "dev.sluice.server.",
                            "dev.sluice.storage.",
                            "java.",
                            "org.jspecify.",
                            "org.openjdk.jmh.",
                            "io.netty."),
            "app",
                    List.of(
                            "dev.sluice.app.",
                            "dev.sluice.",
                            "java.",
                            "org.jspecify.",
                            "javax.management.",
                            "org.tomlj.",
                            "org.HdrHistogram.",
                            "tools.jackson.",
                            "picocli."));

    /// The JDK too has what core must not know: it tells its caller, and lets others read, write and log.
    private static final List<String> NOT_IN_CORE = List.of(
            "java.net.", "java.nio.channels.", "java.nio.file.", "java.io.File", "java.sql.", "java.util.logging.");

    private Arrows() {}

    /// One line for each arrow that must not be, with the file and what to do; empty when all is well.
    static List<String> violations(List<Source> sources) {
        return Stream.concat(sources.stream().flatMap(Arrows::ofOne), cycle(sources).stream())
                .toList();
    }

    private static Stream<String> ofOne(Source source) {
        var allowed = MAY_NAME.get(source.module());
        if (allowed == null) {
            return Stream.of("%s: module '%s' has no arrows yet; add what it may name to Arrows.MAY_NAME"
                    .formatted(source.path(), source.module()));
        }
        var found = new ArrayList<String>();
        boolean isLibrary =
                source.module().equals("server") && source.packageName().equals(LIBRARY);
        if (!isLibrary && !startsWithAny(source.packageName() + ".", allowed.subList(0, 1))) {
            found.add("%s: package '%s' does not belong to module '%s', whose packages begin with '%s'"
                    .formatted(source.path(), source.packageName(), source.module(), allowed.getFirst()));
        }
        for (var name : source.names()) {
            boolean namesLibrary = List.of("server", "demos").contains(source.module())
                    && Source.packageOf(name).equals(LIBRARY);
            if (isLibrary && startsWithAny(name, List.of("io.netty.", "tools.jackson."))) {
                found.add("%s: the library's API must not name '%s': keep that in dev.sluice.server.embed"
                        .formatted(source.path(), name));
            } else if (!namesLibrary && !startsWithAny(name, allowed)) {
                found.add("%s: '%s' must not name '%s'; it may name only %s"
                        .formatted(source.path(), source.module(), name, allowed));
            } else if (source.module().equals("core") && startsWithAny(name, NOT_IN_CORE)) {
                found.add("%s: core must not name '%s': no files, sockets or logging there; return a value instead"
                        .formatted(source.path(), name));
            } else if (areSiblings(source.packageName(), name)) {
                found.add("%s: transports do not know each other, but it names '%s'; move what both need up to '%s'"
                        .formatted(source.path(), name, TRANSPORTS.substring(0, TRANSPORTS.length() - 1)));
            }
        }
        return found.stream();
    }

    private static boolean startsWithAny(String name, List<String> beginnings) {
        return beginnings.stream().anyMatch(name::startsWith);
    }

    private static boolean areSiblings(String packageName, String name) {
        var one = transportOf(packageName);
        var other = transportOf(Source.packageOf(name));
        return one.isPresent() && other.isPresent() && !one.equals(other);
    }

    private static Optional<String> transportOf(String packageName) {
        return packageName.startsWith(TRANSPORTS)
                ? Optional.of(packageName.substring(TRANSPORTS.length()).split("\\.", -1)[0])
                : Optional.empty();
    }

    /// A cycle among core's packages, each arrow with a file that draws it.
    private static Optional<String> cycle(List<Source> sources) {
        var arrows = new TreeMap<String, Map<String, String>>(); // From package to package, and the file.
        for (var source : sources) {
            if (!(source.packageName() + ".").startsWith(CORE)) continue;
            for (var name : source.names()) {
                var to = Source.packageOf(name);
                if (!(to + ".").startsWith(CORE) || to.equals(source.packageName())) continue;
                arrows.computeIfAbsent(source.packageName(), _ -> new LinkedHashMap<>())
                        .putIfAbsent(to, source.path());
            }
        }
        var done = new LinkedHashSet<String>();
        return arrows.keySet().stream()
                .map(start -> cycleFrom(start, arrows, new LinkedHashSet<>(), done))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> cycleFrom(
            String at, Map<String, Map<String, String>> arrows, Set<String> way, Set<String> done) {
        if (done.contains(at)) return Optional.empty();
        if (!way.add(at)) return Optional.of(describe(at, arrows, List.copyOf(way)));
        for (var to : arrows.getOrDefault(at, Map.of()).keySet()) {
            var cycle = cycleFrom(to, arrows, way, done);
            if (cycle.isPresent()) return cycle;
        }
        way.remove(at);
        done.add(at);
        return Optional.empty();
    }

    private static String describe(String start, Map<String, Map<String, String>> arrows, List<String> way) {
        var steps = new ArrayList<>(way.subList(way.indexOf(start), way.size()));
        steps.add(start);
        var text = new StringBuilder("core's packages go in a circle, so none can be read alone:");
        for (int i = 0; i + 1 < steps.size(); i++) {
            var file = arrows.getOrDefault(steps.get(i), Map.of()).get(steps.get(i + 1));
            text.append("\n    %s -> %s (%s)".formatted(steps.get(i), steps.get(i + 1), file));
        }
        return text.toString();
    }
}
