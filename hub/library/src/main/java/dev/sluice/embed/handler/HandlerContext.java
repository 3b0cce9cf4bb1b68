package dev.sluice.embed.handler;

import dev.sluice.embed.file.FileMemory;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.net.outlet.ReadWatermarks;
import dev.sluice.server.transport.websocket.MessageLimits;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The threads, counters and limits that all handlers of a program share. The limits are set at the start.
public final class HandlerContext {
    /// Messages received and not yet handled, at which reading from a WebSocket stops.
    private static final int PENDING_MAX = 64;

    private record Limits(MessageLimits messages, ReadWatermarks gate, InFlightBytes unread, Duration sendTimeout) {}

    private final Threads threads = new Threads();
    private final FileMemory files = new FileMemory();
    private @Nullable Limits limits;
    private AccessFilter access = AccessFilter.OPEN;
    private boolean asksProgram;
    private volatile PublishLimits publishLimits = PublishLimits.NONE;

    /// @param programs true if code of the program decides, by any part of a request
    public void setAccess(AccessFilter filter, boolean programs) {
        access = filter;
        asksProgram = programs;
    }

    /// Decides what the callers of guarded routes may do.
    AccessFilter access() {
        return access;
    }

    /// Returns true if code of the program decides, by any part of a request.
    boolean asksProgram() {
        return asksProgram;
    }

    public void setPublishLimits(PublishLimits limits) {
        publishLimits = limits;
    }

    /// The rate limits of callers, which the hub's own paths share.
    PublishLimits publishLimits() {
        return publishLimits;
    }

    public void setLimits(MessageLimits messages, InFlightBytes unread, Duration sendTimeout) {
        limits = new Limits(messages, new ReadWatermarks(PENDING_MAX, messages.bytesMax()), unread, sendTimeout);
    }

    private Limits limits() {
        return Objects.requireNonNull(limits, "not started");
    }

    public Threads threads() {
        return threads;
    }

    /// The memory of the files that are served.
    public FileMemory files() {
        return files;
    }

    /// The limits for messages and request bodies.
    MessageLimits messages() {
        return limits().messages;
    }

    /// Decides whether to read from a WebSocket.
    ReadWatermarks gate() {
        return limits().gate;
    }

    /// Counts what clients have not read.
    InFlightBytes unread() {
        return limits().unread;
    }

    /// How long `send` waits for a client that does not read.
    Duration sendTimeout() {
        return limits().sendTimeout;
    }
}
