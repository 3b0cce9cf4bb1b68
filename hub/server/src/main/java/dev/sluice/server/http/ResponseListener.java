package dev.sluice.server.http;

import dev.sluice.server.http.head.Problem;

/// Is notified of the server's answers and refusals. Called on the event loops; must not block.
public interface ResponseListener {
    ResponseListener NONE = _ -> {};

    /// A request or message was refused, by an answer or in the format of its transport.
    void refused(Problem problem);

    /// Returns true if [#answered] should be called.
    default boolean isLogging() {
        return false;
    }

    /// A request was answered, or a stream has begun.
    default void answered(AccessLogEntry request) {}
}
