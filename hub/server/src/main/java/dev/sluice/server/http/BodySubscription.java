package dev.sluice.server.http;

/// Backpressure on a request's body. Used on the event loop only.
public interface BodySubscription {
    /// Stops the delivery of parts until [#resume]; TCP flow control then slows the client.
    void pause();

    /// Resumes the delivery of parts, in a later turn of the event loop, never from within this call.
    void resume();
}
