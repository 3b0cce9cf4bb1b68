package dev.sluice.server.http;

import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Path;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/// Finds the route for a path and method, and answers `404`, `405` with `Allow`, and `OPTIONS` itself. Routes are
/// added at the start, then only read. Answers are [isolated][Exchange#isolate] unless the route is cross-origin.
public final class Router implements Route {
    /// A route as it was added.
    ///
    /// @param path       such as `/livez`, or `/channels/**` for all paths below `/channels/`
    /// @param isFiltered false if no grant is needed
    public record Mapping(Method method, String path, boolean isFiltered) {}

    private record FilteredRoute(AccessFilter filter, Route route) implements Route {
        @Override
        public void handle(Exchange exchange) {
            filter.filter(exchange, route);
        }

        @Override
        public boolean isCrossOrigin() {
            return route.isCrossOrigin();
        }
    }

    private final AccessFilter filter;
    private BiConsumer<Exchange, Problem> otherwise = Exchange::refuse;
    private final Map<String, Map<Method, Route>> exact = new LinkedHashMap<>();
    private final Map<String, Map<Method, Route>> byPrefix = new LinkedHashMap<>();

    /// Creates a router whose routes need no grant.
    public Router() {
        this(AccessFilter.OPEN);
    }

    /// @param filter runs before all routes that are not [public][#onUnfiltered]
    public Router(AccessFilter filter) {
        this.filter = filter;
    }

    /// Adds a route. A route for `GET` serves `HEAD`, too, unless `HEAD` has its own.
    ///
    /// @param path such as `/livez`, or `/channels/**` for all paths below `/channels/`
    public Router on(Method method, String path, Route route) {
        return add(method, path, new FilteredRoute(filter, route));
    }

    /// Adds a route that is not filtered: it has no grant, and must reveal nothing of channels.
    public Router onUnfiltered(Method method, String path, Route route) {
        return add(method, path, route);
    }

    /// Replaces the refusal of requests for paths without a route.
    public Router otherwise(BiConsumer<Exchange, Problem> refusal) {
        otherwise = refusal;
        return this;
    }

    private Router add(Method method, String path, Route route) {
        boolean isPrefix = path.endsWith("/**");
        String key = isPrefix ? path.substring(0, path.length() - 2) : path;
        (isPrefix ? byPrefix : exact)
                .computeIfAbsent(key, first -> new LinkedHashMap<>())
                .put(method, route);
        return this;
    }

    /// All routes, for the test that checks each of them against the access rules.
    public List<Mapping> mappings() {
        List<Mapping> all = new ArrayList<>();
        exact.forEach((path, methods) -> addMappings(path, methods, all));
        byPrefix.forEach((prefix, methods) -> addMappings(prefix + "**", methods, all));
        return all;
    }

    private static void addMappings(String path, Map<Method, Route> methods, List<Mapping> all) {
        methods.forEach((method, route) -> all.add(new Mapping(method, path, route instanceof FilteredRoute)));
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        if (isForServer(request)) {
            exchange.answer(ServerResponse.empty(Status.NO_CONTENT));
            return;
        }
        Map<Method, Route> methods = find(request.path());
        Route route = methods.get(request.method());
        if (route == null && request.method().equals(Method.HEAD)) route = methods.get(Method.GET);
        if (route == null || !route.isCrossOrigin()) exchange.isolate();
        if (methods.isEmpty()) {
            otherwise.accept(
                    exchange,
                    Problems.NOT_FOUND.of(
                            null,
                            "There is nothing at "
                                    + Problems.quoted(request.path().raw())
                                    + ". Channels are at /channels/NAME; /openapi.json lists the other paths."));
        } else if (route != null) {
            route.handle(exchange);
        } else if (request.method().equals(Method.OPTIONS)) {
            exchange.answer(ServerResponse.empty(Status.NO_CONTENT).with(HeaderNames.ALLOW, allowed(methods)));
        } else {
            throw new ProblemException(Problems.METHOD_NOT_ALLOWED
                    .of("The method " + Problems.quoted(request.method().name())
                            + " is not supported for this path. Supported methods: " + allowed(methods) + ".")
                    .withHeader("Allow", allowed(methods)));
        }
    }

    /// Returns true for `OPTIONS *`, which applies to the whole server, not to a path (RFC 9110 §9.3.7).
    private static boolean isForServer(RequestHead request) {
        return request.method().equals(Method.OPTIONS) && request.path().raw().equals("/*");
    }

    /// Returns true if this router answers the request: it has a route for the path with any method, or the
    /// request is for the whole server.
    public boolean answers(RequestHead request) {
        return isForServer(request) || has(request.path());
    }

    /// Returns true if there is a route for this path with any method.
    public boolean has(Path path) {
        return !find(path).isEmpty();
    }

    /// The routes of a path by method; empty if there are none.
    private Map<Method, Route> find(Path path) {
        Map<Method, Route> methods = exact.get(path.decoded());
        if (methods != null) return methods;
        for (var each : byPrefix.entrySet()) {
            if (path.decoded().startsWith(each.getKey())) return each.getValue();
        }
        return Map.of();
    }

    private static String allowed(Map<Method, Route> methods) {
        var names = new TreeSet<String>();
        methods.keySet().forEach(method -> names.add(method.name()));
        if (names.contains("GET")) names.add("HEAD");
        names.add("OPTIONS");
        return String.join(", ", names);
    }
}
