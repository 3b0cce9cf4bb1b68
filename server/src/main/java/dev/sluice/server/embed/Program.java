package dev.sluice.server.embed;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Path;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Request;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Routes;
import dev.sluice.server.transport.Negotiation;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A program's paths in front of the hub's. For each request, in this order: the program's own routes, its
/// files, the hub, the program's `notFound`.
final class Program implements Route {
    private final Table table;
    private final List<Scope> scopes;
    private final Threads threads;
    private final @Nullable Routes hub;

    /// @param scopes the deepest first
    /// @param hub    null: it serves nothing
    Program(Table table, List<Scope> scopes, Threads threads, @Nullable Routes hub) {
        this.table = table;
        this.scopes = scopes;
        this.threads = threads;
        this.hub = hub;
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        Table.Found found = find(request);
        if (found != null) {
            found.target().handle(exchange, found.stars());
            return;
        }
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        // The hub's readers need not wait for a look at the disk.
        if (reads && hasFiles(request.path()) && !request.path().first().equals("channels")) {
            Fetch.begin(exchange, scopes, threads, () -> elsewhere(exchange));
        } else {
            elsewhere(exchange);
        }
    }

    private Table.@Nullable Found find(Request request) {
        if (Negotiation.isWebSocket(request)) {
            Table.Found socket = table.find(request.path(), Table.WEBSOCKET);
            if (socket != null) return socket;
        }
        Table.Found found = table.find(request.path(), request.method());
        if (found != null || !request.method().equals(HttpMethod.HEAD)) return found;
        return table.find(request.path(), HttpMethod.GET);
    }

    private boolean hasFiles(Path path) {
        for (Scope scope : scopes) if (scope.hasFiles(path)) return true;
        return false;
    }

    private void elsewhere(Exchange exchange) {
        Path path = exchange.request().path();
        Routes routes = hub;
        if (routes != null && routes.has(path)) {
            routes.handle(exchange);
            return;
        }
        for (Scope scope : scopes) {
            Target notFound = scope.notFound(path);
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
        if (exchange.request().method().equals(HttpMethod.OPTIONS)) {
            exchange.answer(Answer.empty(HttpResponseStatus.NO_CONTENT).with(HttpHeaderNames.ALLOW, allowed));
        } else {
            throw new Refused(Problems.METHOD_NOT_ALLOWED
                    .of("This method is not for this path; there are: " + allowed + ".")
                    .withHeader("Allow", allowed));
        }
    }
}
