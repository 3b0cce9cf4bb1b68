package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpUtil;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Requests of a connection that were begun before the first of them is answered, in their order, in which they are
/// answered (RFC 9112 §9.3.2). A request is begun early only if the one before it has [done what it is
/// for][Exchange#allowPipelining] but for its answer, and if it has a head that led to such a request before: publishes
/// wait for the log together, and their answers leave together. Used on one event loop.
final class Pipeline {
    /// Of one connection. As many as a backend that waits for no answer has under way.
    private static final int REQUESTS_MAX = 32;

    private final ArrayDeque<Request> behind = new ArrayDeque<>(REQUESTS_MAX);

    /// A request that was begun early.
    record Request(HttpExchange exchange, DecodedHead head) {}

    /// Whether a message may begin now.
    ///
    /// @param last the last request begun
    static boolean mayFollow(HttpExchange last, @Nullable Object message) {
        return last.allowsPipelining()
                && message instanceof WholeRequest next
                && next.head().received().allowsPipelining()
                && HttpUtil.isKeepAlive(next.head());
    }

    boolean isFull() {
        return behind.size() == REQUESTS_MAX;
    }

    boolean isEmpty() {
        return behind.isEmpty();
    }

    void add(HttpExchange exchange, DecodedHead head) {
        behind.add(new Request(exchange, head));
    }

    /// The last request begun; null: none is.
    @Nullable
    HttpExchange last() {
        Request last = behind.peekLast();
        return last == null ? null : last.exchange;
    }

    /// The request that is answered next; null: there is none.
    @Nullable
    Request next() {
        return behind.poll();
    }

    /// Removes all.
    void clear(Consumer<HttpExchange> to) {
        for (Request each = behind.poll(); each != null; each = behind.poll()) to.accept(each.exchange);
    }
}
