package dev.sluice.server.http;

/// Answers the requests of one path and method.
@FunctionalInterface
public interface Route {
    /// Answers an exchange, now or later. Called on the connection's event loop, which it must not block. A thrown
    /// [Refused] becomes the answer, and any other exception a `500`.
    void handle(Exchange exchange);

    /// Returns true if pages of all sites may load the answers, also without an `Origin`, such as a script module.
    default boolean isCrossOrigin() {
        return false;
    }
}
