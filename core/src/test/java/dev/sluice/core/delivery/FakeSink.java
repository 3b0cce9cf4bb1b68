package dev.sluice.core.delivery;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where bytes go in tests: takes as many as it is told to, and says what it has taken.
final class FakeSink implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private IntUnaryOperator taking = offered -> offered;
    private @Nullable Runnable dying;
    private @Nullable Boolean ended;
    private int writes;
    private int beats;
    private long progress = NOTHING_OWED;

    /// From now on a write takes so many bytes at most.
    FakeSink taking(int bytes) {
        return taking(_ -> bytes);
    }

    /// From now on a write that is offered n bytes takes what `room` says.
    FakeSink taking(IntUnaryOperator room) {
        taking = room;
        return this;
    }

    FakeSink takingAll() {
        return taking(offered -> offered);
    }

    /// The next write finds the connection gone.
    void dieWith(Runnable goodbye) {
        dying = goodbye;
    }

    void owe(long progress) {
        this.progress = progress;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    int size() {
        return bytes.size();
    }

    int writes() {
        return writes;
    }

    int beats() {
        return beats;
    }

    /// Null: not ended; else whether all was said.
    @Nullable
    Boolean ended() {
        return ended;
    }

    @Override
    public int write(ByteBuffer offered) {
        if (ended != null) throw new AssertionError("written to after its end");
        writes++;
        if (dying != null) {
            dying.run();
            return 0;
        }
        int count = Math.min(offered.remaining(), taking.applyAsInt(offered.remaining()));
        for (int i = 0; i < count; i++) bytes.write(offered.get());
        return count;
    }

    @Override
    public long progress() {
        return progress;
    }

    @Override
    public void beating() {
        beats++;
    }

    @Override
    public void end(boolean whole) {
        if (ended != null && (whole || !ended)) throw new AssertionError("ended twice");
        ended = whole;
    }
}
