package dev.sluice.relay;

import dev.sluice.Response;
import java.util.concurrent.Semaphore;

/// The place of one call among those in progress, with the memory that it takes. Used by one thread at a time.
final class Place implements AutoCloseable {
    private final Semaphore memory; // In KiB.
    private final int reserveKiB;
    private final Runnable onClose;
    private int takenKiB;
    private int heldKiB;

    /// @param reserveKiB what [#take] leaves of the memory for [#hold]
    Place(Semaphore memory, int reserveKiB, Runnable onClose) {
        this.memory = memory;
        this.reserveKiB = reserveKiB;
        this.onClose = onClose;
    }

    /// Takes memory until the call ends.
    ///
    /// @throws RefusedException if the calls have as much as they may have
    void take(int bytes) {
        int more = Math.ceilDiv(bytes, 1024);
        if (memory.availablePermits() - more < reserveKiB || !memory.tryAcquire(more)) {
            throw new RefusedException(Response.problem(
                            503,
                            "The requests and answers in progress take as much memory as they may: try again later.")
                    .header("Retry-After", "5"));
        }
        takenKiB += more;
    }

    /// Takes memory in place of what was held before.
    ///
    /// @param bytes nothing is held of a number below 0
    /// @return false if the calls have as much as they may have
    boolean hold(int bytes) {
        int more = Math.max(0, Math.ceilDiv(bytes, 1024)) - heldKiB;
        if (more > 0 && !memory.tryAcquire(more)) return false;
        if (more < 0) memory.release(-more);
        heldKiB += more;
        return true;
    }

    /// Gives the place and its memory back.
    @Override
    public void close() {
        memory.release(takenKiB + heldKiB);
        takenKiB = 0;
        heldKiB = 0;
        onClose.run();
    }
}
