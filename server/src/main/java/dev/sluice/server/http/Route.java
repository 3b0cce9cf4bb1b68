package dev.sluice.server.http;

/// Answers the requests of one path and method.
@FunctionalInterface
public interface Route {
    /// Answers an exchange, now or later. Called on the connection's event loop, which it must not block. A thrown
    /// [Refused] becomes the answer, and any other exception a `500`.
    void handle(Exchange exchange);

    /// Refuses an exchange that a filter does not pass on, in a form that the route's clients understand.
    default void refuse(Exchange exchange, Problem problem) {
        exchange.refuse(problem);
    }

    /// Returns true if pages of all sites may load the answers, also without an `Origin`, such as a script module.
    default boolean isCrossOrigin() {
        return false;
    }
}
