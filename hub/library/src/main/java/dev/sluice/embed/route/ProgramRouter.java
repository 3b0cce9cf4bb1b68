package dev.sluice.embed.route;

import dev.sluice.embed.file.FileResponse;
import dev.sluice.embed.handler.RouteHandler;
import dev.sluice.embed.handler.Threads;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Path;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.transport.Negotiation;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Routes requests to the program and the hub. Tries, in this order: the program's own routes, its files, the hub,
/// the program's `notFound`.
final class ProgramRouter implements Route {
    private final RouteTable table;
    private final List<RouteScope> scopes;
    private final Threads threads;
    private final @Nullable Router hub;

    /// @param scopes the deepest first
    /// @param hub    null if the hub's paths are not served
    ProgramRouter(RouteTable table, List<RouteScope> scopes, Threads threads, @Nullable Router hub) {
        this.table = table;
        this.scopes = scopes;
        this.threads = threads;
        this.hub = hub;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        RouteTable.Found found = find(request);
        if (found != null) {
            found.handler().handle(exchange, found.stars());
            return;
        }
        boolean reads = request.method().equals(Method.GET) || request.method().equals(Method.HEAD);
        // Requests to the hub's channels do not wait for the disk.
        if (reads && hasFiles(request.path()) && !request.path().first().equals("channels")) {
            FileLookup.begin(exchange, this::file, threads, () -> handleUnrouted(exchange));
        } else {
            handleUnrouted(exchange);
        }
    }

    private RouteTable.@Nullable Found find(RequestHead request) {
        if (Negotiation.isWebSocket(request)) {
            RouteTable.Found socket = table.find(request.path(), RouteTable.WEBSOCKET);
            if (socket != null) return socket;
        }
        RouteTable.Found found = table.find(request.path(), request.method());
        if (found != null || !request.method().equals(Method.HEAD)) return found;
        return table.find(request.path(), Method.GET);
    }

    private boolean hasFiles(Path path) {
        for (RouteScope scope : scopes) if (scope.hasFiles(path)) return true;
        return false;
    }

    private @Nullable FileResponse file(RequestHead request) throws IOException {
        for (RouteScope scope : scopes) {
            FileResponse file = scope.file(request);
            if (file != null) return file;
        }
        return null;
    }

    private void handleUnrouted(Exchange exchange) {
        Path path = exchange.request().path();
        Router routes = hub;
        if (routes != null && routes.answers(exchange.request())) {
            routes.handle(exchange);
            return;
        }
        for (RouteScope scope : scopes) {
            RouteHandler notFound = scope.notFound(path);
            if (notFound != null) {
                notFound.handle(exchange, List.of());
                return;
            }
        }
        Set<String> methods = table.methods(path);
        if (methods.isEmpty()) {
            throw Problems.NOT_FOUND.refused(null, "There is nothing at " + Problems.quoted(path.raw()) + ".");
        }
        String allowed = String.join(", ", methods);
        if (exchange.request().method().equals(Method.OPTIONS)) {
            exchange.answer(ServerResponse.empty(Status.NO_CONTENT).with(HeaderNames.ALLOW, allowed));
        } else {
            throw new ProblemException(Problems.METHOD_NOT_ALLOWED
                    .of("This path does not support this method; it supports: " + allowed + ".")
                    .withHeader("Allow", allowed));
        }
    }
}
