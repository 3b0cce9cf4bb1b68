package dev.sluice.core.delivery;

import dev.sluice.core.delivery.stream.Sink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A sink for tests: accepts as many bytes as the test allows and records them.
public final class FakeSink implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private IntUnaryOperator capacity = offered -> offered;
    private @Nullable Runnable closing;
    private @Nullable Boolean ended;
    private int writes;
    private int heartbeats;
    private long progress = NOTHING_PENDING;

    /// From now on a write accepts this many bytes at most.
    public FakeSink accepting(int bytes) {
        return accepting(_ -> bytes);
    }

    /// From now on a write that is offered n bytes accepts what the function returns.
    public FakeSink accepting(IntUnaryOperator newCapacity) {
        capacity = newCapacity;
        return this;
    }

    FakeSink acceptingAll() {
        return accepting(offered -> offered);
    }

    /// The next write finds the connection closed.
    public void closeOnWrite(Runnable action) {
        closing = action;
    }

    public void setProgress(long progress) {
        this.progress = progress;
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    public int size() {
        return bytes.size();
    }

    public int writes() {
        return writes;
    }

    int heartbeats() {
        return heartbeats;
    }

    /// Null: not ended; otherwise whether everything was written.
    @Nullable
    public Boolean ended() {
        return ended;
    }

    @Override
    public int write(ByteBuffer offered) {
        if (ended != null) throw new AssertionError("write after the end");
        writes++;
        if (closing != null) {
            closing.run();
            return 0;
        }
        int count = Math.min(offered.remaining(), capacity.applyAsInt(offered.remaining()));
        for (int i = 0; i < count; i++) bytes.write(offered.get());
        return count;
    }

    @Override
    public long progress() {
        return progress;
    }

    @Override
    public void onHeartbeat() {
        heartbeats++;
    }

    @Override
    public void end(boolean isComplete) {
        if (ended != null && (isComplete || !ended)) throw new AssertionError("ended twice");
        ended = isComplete;
    }
}
