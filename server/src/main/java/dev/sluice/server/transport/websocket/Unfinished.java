package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.Deadline;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Progress;
import dev.sluice.server.http.Refused;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.function.Consumer;

/// What a message that has begun and is not whole costs: bytes out of the budget of all publishes, and time. Runs on
/// the connection's event loop.
final class Unfinished {
    private final MessageLimits limits;
    private final ChannelHandlerContext context;
    private final Consumer<Broken> over;
    private final InFlightBytes.Holder held;
    private final Progress progress;
    private final Deadline deadline;
    private int bytes;
    private boolean isTimed;

    /// @param over ends the conversation
    Unfinished(MessageLimits limits, ChannelHandlerContext context, Consumer<Broken> over) {
        this.limits = limits;
        this.context = context;
        this.over = over;
        this.held = limits.inFlight().holder(context.executor(), () -> over.accept(noRoom()));
        this.progress = new Progress(limits.bytesPerSecond());
        this.deadline = new Deadline(context.executor(), this::expired);
    }

    /// Some more has come of it.
    ///
    /// @param bytesNow that it takes by now
    /// @throws Broken 1013 if there is no room for them
    void holds(int bytesNow, int moved) {
        try {
            held.take(bytesNow - bytes);
        } catch (Refused refused) {
            throw noRoom();
        }
        bytes = bytesNow;
        held.await();
        held.moved(moved);
        if (isTimed) {
            progress.moved(moved, nowNs());
        } else {
            isTimed = true;
            progress.begin(nowNs());
            deadline.in(limits.grace());
        }
    }

    /// It is whole.
    void finished() {
        bytes = 0;
        isTimed = false;
        held.giveBackAll();
        deadline.clear();
    }

    /// Nobody wants it any more.
    void end() {
        finished();
        deadline.end();
    }

    private void expired() {
        // While the hub itself does not read, the client can't send.
        if (!context.channel().config().isAutoRead()) progress.begin(nowNs());
        long leftNs = limits.grace().toNanos() - progress.behindNs(nowNs());
        if (leftNs > 0) deadline.in(Duration.ofNanos(leftNs));
        else over.accept(new Broken(Goodbye.TOO_SLOW, "the rest of a message did not come in time"));
    }

    private long nowNs() {
        return context.executor().ticker().nanoTime();
    }

    private static Broken noRoom() {
        return new Broken(
                Goodbye.TRY_AGAIN,
                "the hub needs the room of this message (publish.under_way_max), send it again later");
    }
}
