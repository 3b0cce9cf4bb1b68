package dev.sluice.server.http;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.RequestHead;

/// Answers the requests of one path and method.
@FunctionalInterface
public interface Route {
    /// Answers an exchange, now or later. Called on the connection's event loop, which it must not block. A thrown
    /// [dev.sluice.server.http.head.ProblemException] becomes the answer, and any other exception a `500`.
    void handle(Exchange exchange);

    /// Refuses an exchange that a filter does not pass on, in a form that the route's clients understand.
    default void refuse(Exchange exchange, Problem problem) {
        exchange.refuse(problem);
    }

    /// Derives from a head alone the value that this route needs. [Exchange#prepared] calls it once for many
    /// requests with the same head.
    ///
    /// @return an immutable value
    /// @throws dev.sluice.server.http.head.ProblemException if the head asks for something that this route does
    ///     not support
    default Object prepare(RequestHead head) {
        return head;
    }

    /// Returns true if a request may begin while the previous request of its connection, which is of the same
    /// kind, waits only for its answer. Such a request must get a complete answer, not a stream.
    ///
    /// @param prepared what [#prepare] returned for its head
    default boolean isPipelined(Object prepared) {
        return false;
    }

    /// Returns true if pages of all sites may load the answers, even without an `Origin`, for example a script
    /// module.
    default boolean isCrossOrigin() {
        return false;
    }
}
