package dev.sluice.server.http;

/// What answers the requests of one path and method.
@FunctionalInterface
public interface Route {
    /// Answers, at once or later. Called on the connection's event loop, which it must not block. May throw [Refused]:
    /// that becomes the answer; so does any other exception, as `500`.
    void handle(Exchange exchange);

    /// Whether pages of every site may load what this answers, and without saying which they are, as a module's file.
    default boolean isCrossOrigin() {
        return false;
    }
}
