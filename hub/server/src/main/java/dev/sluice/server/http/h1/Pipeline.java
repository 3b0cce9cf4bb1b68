package dev.sluice.server.http.h1;

import dev.sluice.server.http.exchange.HttpExchange;
import dev.sluice.server.http.exchange.ReceivedRequest;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Requests of a connection that began before the first of them was answered, in the order in which they are
/// answered (RFC 9112 §9.3.2). A request begins early only if the previous one has [already been handed to the
/// log][dev.sluice.server.http.Exchange#allowPipelining] and only its answer is missing, and if its own head [is
/// known][dev.sluice.server.http.exchange.PreparedRequest] to lead to such a request: publishes wait for the log
/// together, and their answers are sent together. Used on one event loop.
final class Pipeline {
    /// The maximum for one connection: the requests in flight of a backend that does not wait for responses.
    private static final int REQUESTS_MAX = 32;

    private final ArrayDeque<HttpExchange> behind = new ArrayDeque<>(REQUESTS_MAX);

    /// Returns true if the request in a message may begin now.
    ///
    /// @param last the last request begun
    static boolean mayFollow(HttpExchange last, @Nullable Object message) {
        return last.allowsPipelining()
                && message instanceof ReceivedRequest next
                && next.body() != null
                && next.request().isPipelined();
    }

    boolean isFull() {
        return behind.size() == REQUESTS_MAX;
    }

    boolean isEmpty() {
        return behind.isEmpty();
    }

    void add(HttpExchange exchange) {
        behind.add(exchange);
    }

    /// The last request begun; null if no request has begun.
    @Nullable
    HttpExchange last() {
        return behind.peekLast();
    }

    /// The request that is answered next; null if the pipeline is empty.
    @Nullable
    HttpExchange next() {
        return behind.poll();
    }

    /// Removes all requests.
    void clear(Consumer<HttpExchange> to) {
        for (HttpExchange each = behind.poll(); each != null; each = behind.poll()) to.accept(each);
    }
}
