package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/// Finds the route for a path and method; what is not there is `404`, `405` with `Allow`, or `OPTIONS`. Filled once at
/// the start, then only read. What they answer is [isolated][Exchange#isolate], unless a route is for every site.
public final class Routes implements Route {
    private final Map<String, Map<HttpMethod, Route>> exact = new LinkedHashMap<>();
    private final Map<String, Map<HttpMethod, Route>> below = new LinkedHashMap<>();

    /// Adds a route. One for `GET` serves `HEAD` as well, unless that has its own.
    ///
    /// @param path as `/livez`, or for all that lies below as `/channels/**`
    public Routes on(HttpMethod method, String path, Route route) {
        boolean open = path.endsWith("/**");
        String key = open ? path.substring(0, path.length() - 2) : path;
        (open ? below : exact)
                .computeIfAbsent(key, first -> new LinkedHashMap<>())
                .put(method, route);
        return this;
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        // The whole server is meant, not a path (RFC 9110 §9.3.7).
        if (request.method().equals(HttpMethod.OPTIONS) && request.path().raw().equals("/*")) {
            exchange.answer(Answer.empty(HttpResponseStatus.NO_CONTENT));
            return;
        }
        Map<HttpMethod, Route> methods = find(request.path());
        Route route = methods.get(request.method());
        if (route == null && request.method().equals(HttpMethod.HEAD)) route = methods.get(HttpMethod.GET);
        if (route == null || !route.isCrossOrigin()) exchange.isolate();
        if (methods.isEmpty()) {
            throw Problems.NOT_FOUND.refused(
                    null,
                    "There is nothing at " + Problems.quoted(request.path().raw())
                            + ". Channels are at /channels/NAME, what else there is at /openapi.json.");
        }
        if (route != null) {
            route.handle(exchange);
        } else if (request.method().equals(HttpMethod.OPTIONS)) {
            exchange.answer(Answer.empty(HttpResponseStatus.NO_CONTENT).with(HttpHeaderNames.ALLOW, allowed(methods)));
        } else {
            throw new Refused(Problems.METHOD_NOT_ALLOWED
                    .of("The method " + Problems.quoted(request.method().name()) + " is not for this path; there are: "
                            + allowed(methods) + ".")
                    .withHeader("Allow", allowed(methods)));
        }
    }

    /// Whether there is anything at this path, by whatever method.
    public boolean has(Path path) {
        return !find(path).isEmpty();
    }

    /// What is at a path, by method; empty: nothing.
    private Map<HttpMethod, Route> find(Path path) {
        Map<HttpMethod, Route> methods = exact.get(path.decoded());
        if (methods != null) return methods;
        for (var each : below.entrySet()) {
            if (path.decoded().startsWith(each.getKey())) return each.getValue();
        }
        return Map.of();
    }

    private static String allowed(Map<HttpMethod, Route> methods) {
        var names = new TreeSet<String>();
        methods.keySet().forEach(method -> names.add(method.name()));
        if (names.contains("GET")) names.add("HEAD");
        names.add("OPTIONS");
        return String.join(", ", names);
    }
}
