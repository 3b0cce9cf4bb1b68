package dev.sluice;

import java.time.Duration;

/// A client that stays: what [SseStream] and [WebSocket] have in common. May be used from any thread.
///
/// Sending waits while the client does not read: up to 64 KiB may wait for it, then the sender waits, and
/// after half a minute ([Sluice#sendTimeout]) the connection is ended. Nobody else is held up by that.
///
/// When the client leaves, its handler is interrupted, timers end, and sending throws [ClientGone]. What
/// callbacks are at is left to finish. Callbacks of one connection – timers, messages, `onClose` – run one
/// after the other.
public interface Connection extends AutoCloseable {
    /// What the client asked for when it came.
    Request request();

    /// Does something again and again, first after one period, until the connection ends. A turn that is
    /// due while the last one is still running is left out.
    void every(Duration period, Task task);

    /// Does something once when the connection has ended, whoever ended it; soon, if it has ended already.
    void onClose(Task task);

    /// Whether the client is still there, as far as anybody knows.
    boolean isOpen();

    /// Ends the connection behind what was sent.
    @Override
    void close();
}
