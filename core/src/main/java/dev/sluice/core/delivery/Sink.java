package dev.sluice.core.delivery;

import java.nio.ByteBuffer;

/// Where a subscriber's bytes go: the one seam of delivery, behind which a socket, TLS or another protocol may be. All
/// calls come on the connection's event loop, and none may block.
public interface Sink {
    /// Takes some of the bytes, from the buffer's position on, and says how many. The buffer's memory is the caller's
    /// again when this returns. When fewer than all are taken, the sink calls [Speaker#writable] once
    /// there is room, which may be before it returns.
    int write(ByteBuffer bytes);

    /// Told behind each [#write]: whether what went out ends between two messages.
    default void rests(boolean isBetween) {}

    /// What [#progress] says when the other side has taken everything.
    long NOTHING_OWED = -1;

    /// [#NOTHING_OWED], or, while bytes wait that the other side has not taken, a number of 0 or more that
    /// changes whenever it takes some.
    long progress();

    /// A heartbeat is about to be written, which the other side may have to answer.
    default void beating() {}

    /// No more bytes come. Called once; once more, with false, if the other side does not take the last of them.
    ///
    /// @param whole all was said: close when it has gone out. Otherwise cut the line at once
    void end(boolean whole);
}
