package dev.sluice.core.delivery;

/// Who writes to a [Sink], and is told of it. All calls come on the connection's event loop.
public interface Speaker {
    /// The sink takes more.
    void writable();

    /// The connection is gone. Nothing is written any more.
    void close();

    /// Whether it has ended, or has its last words to say and nothing else.
    boolean isOver();
}
