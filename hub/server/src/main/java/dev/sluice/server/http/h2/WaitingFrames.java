package dev.sluice.server.http.h2;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.exchange.RequestBody;
import dev.sluice.server.http.head.Problem;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The frames of a stream's request that wait for the reader of its body. They fill the client's window, and
/// count against the budget of the hub, because a connection may have many streams, each with its own window.
/// Used on the event loop.
final class WaitingFrames {
    private final InFlightBytes budget;
    private final Executor loop;
    private final IntConsumer onRead;
    private final Consumer<Problem> onEvicted;
    private final ArrayDeque<Object> frames = new ArrayDeque<>(2);
    private int bytes; // Of the client's window.
    private InFlightBytes.@Nullable EvictableHolder holder; // Null until a frame has to wait, which is rare.
    private int countedBytes;

    /// @param onRead    called with the bytes of the client's window that the reader of the body has freed
    /// @param onEvicted called when the budget runs short and these frames must be dropped
    WaitingFrames(InFlightBytes budget, Executor loop, IntConsumer onRead, Consumer<Problem> onEvicted) {
        this.budget = budget;
        this.loop = loop;
        this.onRead = onRead;
        this.onEvicted = onEvicted;
    }

    /// @param frame a part of the body or its end; released once it is processed
    void add(Object frame) {
        frames.add(frame);
        if (frame instanceof Http2DataFrame data) bytes += data.initialFlowControlledBytes();
    }

    /// Lets the body process the next frame.
    ///
    /// @return false if there is nothing to do for now
    boolean step(RequestBody body) {
        Object next = frames.peek();
        int before = frames.size();
        if (!body.step(frames)) return false;
        if (frames.size() < before && next instanceof Http2DataFrame data) freed(data.initialFlowControlledBytes());
        return true;
    }

    private void freed(int freed) {
        if (freed == 0) return;
        bytes = Math.max(0, bytes - freed); // The last part may have ended the exchange, which drops all frames.
        onRead.accept(freed);
    }

    /// Counts the bytes that wait now against the budget.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException `503` if the budget has no room for them
    void count() {
        int more = bytes - countedBytes;
        if (more == 0) return;
        InFlightBytes.EvictableHolder counting = holder == null ? newHolder() : holder;
        holder = counting;
        if (more > 0) counting.take(more);
        else counting.giveBack(-more);
        countedBytes = bytes;
        // A body that its reader consumes slowly, such as that of an upload beyond its rate, must not lock
        // others out.
        if (bytes == 0) counting.settle();
        else counting.await();
        if (more < 0) counting.moved(-more);
    }

    private InFlightBytes.EvictableHolder newHolder() {
        return budget.holder(loop, () -> onEvicted.accept(budget.evicted()));
    }

    /// Releases all frames, and gives their bytes back to the budget.
    void drop() {
        for (Object next = frames.poll(); next != null; next = frames.poll()) ReferenceCountUtil.release(next);
        bytes = 0;
        countedBytes = 0;
        if (holder != null) holder.giveBackAll();
    }
}
