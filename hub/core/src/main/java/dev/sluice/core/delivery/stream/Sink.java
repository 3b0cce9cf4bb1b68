package dev.sluice.core.delivery.stream;

import java.nio.ByteBuffer;

/// The destination of a subscriber's bytes: the only interface between delivery and the network; a socket, TLS or
/// another protocol may be behind it. All calls are made on the connection's event loop, and none may block.
public interface Sink {
    /// Accepts some of the bytes, from the buffer's position on, and returns how many. The caller may reuse the
    /// buffer's memory when this returns. If fewer than all are accepted, the sink calls
    /// [StreamListener#writable] once it can accept more, possibly before this returns.
    int write(ByteBuffer bytes);

    /// Called after each [#write], with whether the bytes written so far end between two messages.
    default void afterWrite(boolean isBetweenMessages) {}

    /// The value of [#progress] when the client has received everything.
    long NOTHING_PENDING = -1;

    /// [#NOTHING_PENDING], or, while the client has not received all bytes, a number of 0 or more that changes
    /// whenever it receives some.
    long progress();

    /// A heartbeat is about to be written, which the client may have to answer.
    default void onHeartbeat() {}

    /// The short name of the client's program, as the client claims; "" if it names none. Not verified.
    default String agent() {
        return "";
    }

    /// No more bytes follow. Called once; and again, with false, if the client does not receive the last bytes.
    ///
    /// @param isComplete true: close the connection when everything was sent; false: cut it at once
    void end(boolean isComplete);
}
