package dev.sluice.server.net.outlet;

import dev.sluice.core.delivery.stream.Sink;
import java.util.concurrent.ScheduledExecutorService;

/// The output to one client after the head of an answer: the body of a streamed answer, or an upgraded
/// connection. Code outside this package and `http` knows nothing else of a connection, so a TLS connection or
/// an HTTP/2 stream is just another outlet. `docs/decisions/0015-why-transports-know-no-sockets.md` describes
/// the meaning of each method there.
///
/// Its methods are called on its event loop, except where they state otherwise. Its listener is also called
/// there.
public interface Outlet extends Sink {
    /// The event loop that runs everything on this connection.
    ScheduledExecutorService loop();

    /// Queues bytes after all others, regardless of whether the client reads. May be called from any thread.
    ///
    /// @param onSent called when the kernel has accepted the bytes, or the connection is closed
    void send(byte[] bytes, Runnable onSent);

    /// Returns true if no more bytes are queued than are normal for a client that reads.
    boolean isWritable();

    /// Calls `listener` once the connection is closed, for any reason; at once if it is closed already.
    void onClosed(Runnable listener);

    /// Returns true if input is read, as it is at first. May be called from any thread.
    boolean isReading();

    /// Starts or stops reading from the client. While nothing is read, TCP's window slows the client, and its
    /// close is not noticed.
    void setReading(boolean isReading);

    /// Discards all further input.
    void discardInput();

    /// Ends the output as [Sink#end] does. With false, it may be called from any thread.
    @Override
    void end(boolean isComplete);
}
