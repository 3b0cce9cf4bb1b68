package dev.sluice.server.net.outlet;

import dev.sluice.core.budget.Budget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/// The bytes that the HTTP/2 streams of an event loop have written while their clients keep the flow-control
/// window closed. A closed window costs the client nothing and the hub native memory. As this budget runs out,
/// streams write smaller pieces, so that no client is refused or cut because others do not read.
public final class UnsentBytes {
    /// The size of DATA frames that every client accepts (RFC 9113 §6.5.2).
    static final int PIECE_MAX = 16 * 1024;

    /// The smallest piece, which is always permitted: even with the maximum number of streams, such pieces take
    /// less memory than the other objects of the streams.
    static final int PIECE_MIN = 512;

    /// Pieces become smaller as soon as fewer than this many of the current size fit in.
    private static final int PIECES = 16;

    /// The divisor of the heap size for the budget. Netty may allocate as much native memory as the heap is
    /// large.
    private static final int HEAP_PARTS = 8;

    private static final long BYTES_MAX = 64 << 20;

    private final long loopBytesMax;

    private final Map<Executor, Room> rooms = new ConcurrentHashMap<>();

    /// @param loopBytesMax the budget of the streams of one event loop
    public UnsentBytes(long loopBytesMax) {
        this.loopBytesMax = loopBytesMax;
    }

    /// An eighth of the heap, at most 64 MiB, divided between the event loops.
    public static UnsentBytes of(int loops) {
        return new UnsentBytes(Math.min(Budget.heapBytes() / HEAP_PARTS, BYTES_MAX) / loops);
    }

    /// The room of an event loop.
    public Room room(Executor loop) {
        return rooms.computeIfAbsent(loop, _ -> new Room());
    }

    /// The room of one event loop. Used on it.
    public final class Room {
        private long bytes;

        /// The size of the piece that a stream may write now.
        int pieceBytes() {
            return Math.clamp((loopBytesMax - bytes) / PIECES, PIECE_MIN, PIECE_MAX);
        }

        void take(int more) {
            bytes += more;
        }

        void giveBack(int some) {
            bytes -= some;
        }

        /// The bytes that are written and not yet sent.
        public long bytes() {
            return bytes;
        }
    }
}
