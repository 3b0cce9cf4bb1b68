package dev.sluice.server.net.outlet;

import dev.sluice.core.delivery.stream.Sink;
import java.util.concurrent.ScheduledExecutorService;

/// The way to one client after the head of an answer: the body of a streamed answer, or an upgraded connection.
/// Nothing outside this package and `http` knows more of a connection, so a connection with TLS or a stream of HTTP/2
/// is another outlet. `docs/decisions/0015-why-transports-know-no-sockets.md` has the meaning of each method there.
///
/// Its methods are called on its event loop, except where they state otherwise. The listener that it was opened with
/// is called there, too.
public interface Outlet extends Sink {
    /// The event loop that runs everything on this connection.
    ScheduledExecutorService loop();

    /// Queues bytes after all others, whether the client reads or not. May be called from any thread.
    ///
    /// @param onSent called when the kernel has taken them, or the connection is closed
    void send(byte[] bytes, Runnable onSent);

    /// Whether less is queued than a client that reads leaves behind.
    boolean isWritable();

    /// Calls `listener` once the connection is closed, for whatever reason; at once if it is.
    void onClosed(Runnable listener);

    /// Whether input is read; true at first. May be called from any thread.
    boolean isReading();

    /// Starts or stops reading from the client. While nothing is read, TCP's window slows the client, and its close is
    /// not noticed.
    void setReading(boolean isReading);

    /// Discards all further input.
    void discardInput();

    /// Ends it as [Sink#end] has it; with false from any thread.
    @Override
    void end(boolean isComplete);
}
