package dev.sluice.core.delivery.stream;

/// Writes to a [Sink] and is notified by it. All calls are made on the connection's event loop.
public interface StreamListener {
    /// The sink accepts bytes again.
    void writable();

    /// The connection is closed: nothing is written any more.
    void close();

    /// Whether the stream has ended, or only its final frames are left to write.
    boolean isOver();

    /// The server is stopping. Subscribers are stopped by their dispatcher.
    default void stopping() {}
}
