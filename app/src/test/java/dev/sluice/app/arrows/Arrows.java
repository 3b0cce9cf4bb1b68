package dev.sluice.app.arrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Checks the allowed dependencies. To allow a new one, change docs/ARCHITECTURE.md and the table here.
final class Arrows {
    private static final String TRANSPORTS = "dev.sluice.server.transport.";
    private static final String CORE = "dev.sluice.core.";
    private static final String CLUSTER = "dev.sluice.cluster.";

    /// The package that programs import, in the module of the same name.
    private static final String API = "dev.sluice";

    private static final String FACTORY = "dev.sluice.embed.EmbeddedSluice";

    /// The class that the API's factories create, and the entry point, which a command starts as another process.
    private static final Set<String> MAY_CLOSE_A_CIRCLE = Set.of(FACTORY, "dev.sluice.app.Main");

    /// The modules that may name the API.
    private static final List<String> API_USERS = List.of(
            "library",
            "micrometer",
            "spring-boot",
            "durable-streams",
            "mercure",
            "pusher",
            "relay",
            "demos",
            "sense",
            "lab",
            "app");

    /// Names that the API may use in addition to its own and those of the JDK: JSON for its factories of
    /// messages and responses, and the class that its factories of servers create. The compiler keeps both
    /// out of its signatures.
    private static final List<String> API_MAY_NAME = List.of(
            "java.", "org.jspecify.", "dev.sluice.server.json.Json", "dev.sluice.server.json.MessageCatalog", FACTORY);

    /// The prefixes of names that a module may use; its own packages come first: one, in library two.
    private static final Map<String, List<String>> MAY_NAME = Map.ofEntries(
            Map.entry("core", List.of(CORE, "java.", "org.jspecify.")),
            Map.entry("storage", List.of("dev.sluice.storage.", CORE, "java.", "org.jspecify.", "org.rocksdb.")),
            Map.entry(
                    "cluster",
                    List.of(
                            CLUSTER,
                            CORE,
                            "dev.sluice.storage.",
                            "java.",
                            "javax.net.ssl.",
                            "com.sun.net.httpserver.",
                            "org.apache.kafka.",
                            "org.apache.ratis.",
                            "org.jspecify.",
                            "tools.jackson.")),
            Map.entry(
                    "server",
                    List.of(
                            "dev.sluice.server.",
                            CORE,
                            "java.",
                            "javax.naming.",
                            "javax.net.ssl.",
                            "org.jspecify.",
                            "io.netty.",
                            "com.nimbusds.",
                            "org.bouncycastle.",
                            "com.github.benmanes.caffeine.",
                            "io.prometheus.metrics.",
                            "tools.jackson.",
                            "com.fasterxml.jackson.annotation.")),
            Map.entry(
                    "library",
                    List.of(
                            "dev.sluice.embed.",
                            "dev.sluice.config.",
                            "dev.sluice.server.",
                            "dev.sluice.storage.",
                            CORE,
                            "java.",
                            "org.jspecify.")),
            Map.entry(
                    "micrometer",
                    List.of("dev.sluice.micrometer.", "java.", "org.jspecify.", "io.micrometer.core.instrument.")),
            Map.entry(
                    "spring-boot",
                    List.of(
                            "dev.sluice.spring.",
                            "dev.sluice.client.",
                            "dev.sluice.micrometer.",
                            "java.",
                            "javax.net.ssl.",
                            "io.micrometer.core.instrument.",
                            "jakarta.servlet.",
                            "org.jspecify.",
                            "org.springframework.",
                            "reactor.core.",
                            "tools.jackson.")),
            Map.entry(
                    "durable-streams",
                    List.of("dev.sluice.durablestreams.", "java.", "org.jspecify.", "tools.jackson.")),
            Map.entry(
                    "relay",
                    List.of("dev.sluice.relay.", "dev.sluice.wire.", "java.", "org.jspecify.", "tools.jackson.")),
            Map.entry(
                    "pusher",
                    List.of("dev.sluice.pusher.", "java.", "javax.crypto.", "org.jspecify.", "tools.jackson.")),
            Map.entry(
                    "mercure",
                    List.of("dev.sluice.mercure.", "java.", "javax.crypto.", "org.jspecify.", "tools.jackson.")),
            Map.entry("client-java", List.of("dev.sluice.client.", "java.", "javax.net.ssl.", "org.jspecify.")),
            Map.entry(
                    "demos",
                    List.of(
                            "dev.sluice.demos.",
                            "dev.sluice.wire.",
                            "java.",
                            "com.sun.management.",
                            "org.jspecify.",
                            "tools.jackson.")),
            Map.entry(
                    "sense",
                    List.of(
                            "dev.sluice.sense.",
                            "dev.sluice.client.",
                            "java.",
                            "jakarta.mail.",
                            "javax.crypto.",
                            "javax.net.",
                            "javax.security.auth.x500.",
                            "okhttp3.",
                            "okio.",
                            "org.brotli.dec.",
                            "org.eclipse.angus.mail.smtp.",
                            "org.jspecify.",
                            "org.tomlj.",
                            "org.xbill.DNS.",
                            "oshi.",
                            "tools.jackson.")),
            Map.entry(
                    "lab",
                    List.of(
                            "dev.sluice.lab.",
                            "dev.sluice.load.",
                            "dev.sluice.wire.",
                            "java.",
                            "com.sun.management.",
                            "javax.net.ssl.",
                            "org.jspecify.",
                            "org.HdrHistogram.",
                            "tools.jackson.")),
            Map.entry("wire", List.of("dev.sluice.wire.", "java.", "javax.net.ssl.", "org.jspecify.")),
            Map.entry(
                    "load",
                    List.of(
                            "dev.sluice.load.",
                            "dev.sluice.wire.",
                            "java.",
                            "javax.net.ssl.",
                            "org.jspecify.",
                            "org.HdrHistogram.")),
            Map.entry(
                    "bench",
                    List.of(
                            "dev.sluice.bench.",
                            "dev.sluice.app.Main",
                            "dev.sluice.app.command.run.HeapTuner",
                            "dev.sluice.load.",
                            "dev.sluice.wire.",
                            "javax.crypto.",
                            "org.HdrHistogram.",
                            CORE,
                            "dev.sluice.server.",
                            "dev.sluice.storage.",
                            "java.",
                            "javax.net.ssl.",
                            "org.jspecify.",
                            "org.openjdk.jmh.",
                            "io.netty.")),
            Map.entry(
                    "app",
                    List.of(
                            "dev.sluice.app.",
                            "dev.sluice.",
                            "java.",
                            "com.sun.management.",
                            "org.jspecify.",
                            "javax.management.",
                            "javax.net.ssl.",
                            "sun.misc.Signal",
                            "com.nimbusds.",
                            "org.tomlj.",
                            "org.HdrHistogram.",
                            "tools.jackson.",
                            "picocli.")));

    /// The package that parses subscriptions, from a request or from a message of a session.
    private static final String SUBSCRIBE = "dev.sluice.server.subscribe";

    private static final List<String> CONNECTIONS = List.of("io.netty.", "dev.sluice.server.http.", TRANSPORTS);

    /// Parts of `http` that have no connection.
    private static final Set<String> VALUES = Set.of(
            "dev.sluice.server.http.head.Parameters",
            "dev.sluice.server.http.head.Problems",
            "dev.sluice.server.http.head.ProblemException");

    /// Parts of the JDK that core must not use: it returns values, and its callers read, write and log.
    private static final List<String> NOT_IN_CORE = List.of(
            "java.net.", "java.nio.channels.", "java.nio.file.", "java.io.File", "java.sql.", "java.util.logging.");

    /// The packages of the server that know Netty, with those below the first two.
    private static final List<String> NETTY_ROOMS = List.of("dev.sluice.server.net.", "dev.sluice.server.http.");

    private static final String WEBSOCKET = "dev.sluice.server.transport.websocket";

    /// The packages that verify keys and tokens begin with it, and the libraries for that alone.
    private static final String AUTH = "dev.sluice.server.auth.";

    private static final List<String> ONLY_IN_AUTH =
            List.of("com.nimbusds.", "org.bouncycastle.", "com.github.benmanes.caffeine.");

    /// The package that reads key files and issues certificates.
    private static final String TLS = "dev.sluice.server.tls";

    /// The log and both of its sides; its status is a value that the hub gives out.
    private static final Set<String> LOGS =
            Set.of("dev.sluice.core.log.Log", "dev.sluice.core.log.LogReader", "dev.sluice.core.log.LogWriter");

    /// The package that writes metrics, and the library for that alone.
    private static final String METRICS = "dev.sluice.server.metrics";

    private Arrows() {}

    /// A line per forbidden dependency, with the file and what to do; empty if there is none.
    static List<String> violations(List<Source> sources) {
        var cycles = sources.stream()
                .collect(Collectors.groupingBy(Source::module, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .flatMap(module -> cycle(module.getKey(), module.getValue()).stream());
        return Stream.concat(sources.stream().flatMap(Arrows::ofOne), cycles).toList();
    }

    /// The two orders, and the library for each. The node's own package makes the folder of one that of a single hub.
    private static final Map<String, String> ORDERS =
            Map.of("org.apache.kafka.", CLUSTER + "kafka.", "org.apache.ratis.", CLUSTER + "raft.");

    private static Stream<String> ofOne(Source source) {
        var allowed = MAY_NAME.get(source.module());
        if (allowed == null) {
            return Stream.of("%s: module '%s' has no arrows yet; add what it may name to Arrows.MAY_NAME"
                    .formatted(source.path(), source.module()));
        }
        var found = new ArrayList<String>();
        boolean isApi =
                source.module().equals("library") && source.packageName().equals(API);
        if (!isApi
                && !startsWithAny(
                        source.packageName() + ".",
                        allowed.subList(0, source.module().equals("library") ? 2 : 1))) {
            found.add("%s: package '%s' does not belong to module '%s', whose packages begin with '%s'"
                    .formatted(source.path(), source.packageName(), source.module(), allowed.getFirst()));
        }
        for (var name : source.names()) {
            boolean namesApi = API_USERS.contains(source.module())
                    && Source.packageOf(name).equals(API);
            if (isApi && !namesApi && !startsWithAny(name, API_MAY_NAME)) {
                found.add("%s: the library's API must not name '%s': keep that in dev.sluice.embed"
                        .formatted(source.path(), name));
            } else if (!namesApi && !startsWithAny(name, allowed)) {
                found.add("%s: '%s' must not name '%s'; it may name only %s"
                        .formatted(source.path(), source.module(), name, allowed));
            } else if (source.module().equals("core") && startsWithAny(name, NOT_IN_CORE)) {
                found.add("%s: core must not name '%s': no files, sockets or logging there; return a value instead"
                        .formatted(source.path(), name));
            } else if (leaksNetty(source, name)) {
                found.add(
                        "%s: '%s' stays in server.net, .http and .transport.websocket: use what they offer, such as Outlet"
                                .formatted(source.path(), name));
            } else if (leaksTokens(source, name)) {
                found.add("%s: '%s' stays in server.auth: use what it offers, such as Authenticator"
                        .formatted(source.path(), name));
            } else if (leaksOrder(source, name)) {
                found.add("%s: '%s' stays in cluster.raft or cluster.kafka: use what they offer, such as NodeOrder"
                        .formatted(source.path(), name));
            } else if (name.startsWith("io.prometheus.")
                    && !source.packageName().equals(METRICS)) {
                found.add("%s: '%s' stays in server.metrics: add a Metric there".formatted(source.path(), name));
            } else if (reachesPastTheHub(source, name)) {
                found.add(
                        "%s: '%s' is behind the hub: call dev.sluice.core.delivery.Hub, which checks the caller's grant"
                                .formatted(source.path(), name));
            } else if (source.packageName().equals(SUBSCRIBE)
                    && startsWithAny(name, CONNECTIONS)
                    && !VALUES.contains(name)) {
                found.add("%s: subscriptions are parsed without a connection, but it names '%s': pass in its values"
                        .formatted(source.path(), name));
            } else if (areSiblings(source.packageName(), name)) {
                found.add("%s: transports do not know each other, but it names '%s'; move what both need up to '%s'"
                        .formatted(source.path(), name, TRANSPORTS.substring(0, TRANSPORTS.length() - 1)));
            }
        }
        return found.stream();
    }

    private static boolean leaksNetty(Source source, String name) {
        return source.module().equals("server")
                && name.startsWith("io.netty.")
                && !startsWithAny(source.packageName() + ".", NETTY_ROOMS)
                && !source.packageName().equals(WEBSOCKET);
    }

    private static boolean leaksTokens(Source source, String name) {
        return source.module().equals("server")
                && startsWithAny(name, ONLY_IN_AUTH)
                && !(source.packageName() + ".").startsWith(AUTH)
                && !(source.packageName().equals(TLS) && name.startsWith("org.bouncycastle."));
    }

    private static boolean leaksOrder(Source source, String name) {
        if (!source.module().equals("cluster")) return false;
        for (var each : ORDERS.entrySet()) {
            if (name.startsWith(each.getKey()) && !(source.packageName() + ".").equals(each.getValue())) return true;
        }
        return false;
    }

    /// Only the server's start has the log, to open the hub and presence on it.
    private static boolean reachesPastTheHub(Source source, String name) {
        return source.module().equals("server")
                && !source.packageName().equals("dev.sluice.server")
                && LOGS.contains(name);
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

    /// A cycle among a module's packages, with a file for each dependency.
    private static Optional<String> cycle(String module, List<Source> sources) {
        var packages = sources.stream().map(Source::packageName).collect(Collectors.toSet());
        var arrows = new TreeMap<String, Map<String, String>>(); // From package to package, with the file.
        for (var source : sources) {
            for (var name : source.names()) {
                var to = Source.packageOf(name);
                if (!packages.contains(to) || to.equals(source.packageName())) continue;
                if (MAY_CLOSE_A_CIRCLE.contains(name)) continue;
                arrows.computeIfAbsent(source.packageName(), _ -> new LinkedHashMap<>())
                        .putIfAbsent(to, source.path());
            }
        }
        var done = new LinkedHashSet<String>();
        return arrows.keySet().stream()
                .map(start -> cycleFrom(module, start, arrows, new LinkedHashSet<>(), done))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> cycleFrom(
            String module, String at, Map<String, Map<String, String>> arrows, Set<String> path, Set<String> done) {
        if (done.contains(at)) return Optional.empty();
        if (!path.add(at)) return Optional.of(describe(module, at, arrows, List.copyOf(path)));
        for (var to : arrows.getOrDefault(at, Map.of()).keySet()) {
            var cycle = cycleFrom(module, to, arrows, path, done);
            if (cycle.isPresent()) return cycle;
        }
        path.remove(at);
        done.add(at);
        return Optional.empty();
    }

    private static String describe(
            String module, String start, Map<String, Map<String, String>> arrows, List<String> path) {
        var steps = new ArrayList<>(path.subList(path.indexOf(start), path.size()));
        steps.add(start);
        var text = new StringBuilder(module + "'s packages go in a circle, so none can be read alone:");
        for (int i = 0; i + 1 < steps.size(); i++) {
            var file = arrows.getOrDefault(steps.get(i), Map.of()).get(steps.get(i + 1));
            text.append("\n    %s -> %s (%s)".formatted(steps.get(i), steps.get(i + 1), file));
        }
        return text.toString();
    }
}
