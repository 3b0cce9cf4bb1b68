package dev.sluice;

import java.time.Duration;

/// A long-lived connection to one client: the common part of
/// [SseStream] and [WebSocket]. Safe for use by many threads.
///
/// Backpressure: up to 64 KiB are buffered for a client that does not read. After that `send` blocks, and after 30
/// seconds ([Sluice#sendTimeout]) the connection is closed. Other connections are not affected. All clients
/// together may leave `delivery.answers_max` unread: when that runs short, the connections that are furthest behind are
/// closed.
///
/// When the client disconnects, its handler is interrupted, its timers are cancelled,
/// and `send` throws [ClientGoneException]. A callback that is running may finish. Callbacks
/// of one connection (timers, messages, `onClose`) run one at a time, in order.
public interface Connection extends AutoCloseable {
    /// Returns the request that opened the connection.
    Request request();

    /// Runs a task periodically, first after one period, until the connection ends. A run that is due while the
    /// previous one is still pending is skipped.
    ///
    /// @throws IllegalArgumentException if the period is not positive
    void every(Duration period, Task task);

    /// Runs a task once after the connection has ended, no matter which side ended it. If it has already ended, the
    /// task runs as soon as possible.
    void onClose(Task task);

    /// Returns true until the connection is closed or its loss has been noticed.
    boolean isOpen();

    /// Closes the connection after sending all buffered data.
    @Override
    void close();
}
