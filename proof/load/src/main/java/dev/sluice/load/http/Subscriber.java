package dev.sluice.load.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Makes the requests of a connection and takes the responses. Called on the thread of its [EventLoop].
public interface Subscriber {
    /// Returns the request with which a connection begins.
    Request request();

    /// Called when a successful response has begun.
    void begin(HttpConnection connection) throws IOException;

    /// Takes bytes of the response, without the framing of chunks or HTTP/2.
    ///
    /// @return the index of the first byte to keep and prepend to the next bytes
    /// @throws IOException if the connection can't be used any more
    int find(ByteBuffer buffer, int from) throws IOException;

    /// Called when the response is complete.
    ///
    /// @throws IOException if the connection can't be used any more
    void end() throws IOException;

    /// Called when the connection is lost and closed.
    ///
    /// @param reason a [RejectedByServerException] if the response was not a successful one
    void lost(HttpConnection connection, IOException reason);

    /// Returns true if it never reads a response that has begun.
    default boolean isStalled() {
        return false;
    }
}
