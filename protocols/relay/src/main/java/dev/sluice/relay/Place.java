package dev.sluice.relay;

import dev.sluice.Response;
import java.util.concurrent.Semaphore;

/// The place of one call among those in progress, with the memory that it takes. Used by one thread at a time.
final class Place implements AutoCloseable {
    private final Semaphore memory; // In KiB.
    private final Runnable onClose;
    private int takenKiB;

    Place(Semaphore memory, Runnable onClose) {
        this.memory = memory;
        this.onClose = onClose;
    }

    /// Takes memory until the call ends.
    ///
    /// @throws RefusedException if the calls have as much as they may have
    void take(int bytes) {
        int more = Math.ceilDiv(bytes, 1024);
        if (!memory.tryAcquire(more)) {
            throw new RefusedException(Response.problem(
                            503,
                            "The requests and answers in progress take as much memory as they may: try again later.")
                    .header("Retry-After", "5"));
        }
        takenKiB += more;
    }

    /// Gives the place and its memory back.
    @Override
    public void close() {
        memory.release(takenKiB);
        takenKiB = 0;
        onClose.run();
    }
}
