package dev.sluice.storage;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Waits for pending reads, so that the contract's tests can use a log that reads from disk.
final class BlockingReadLog extends ForwardingLog {
    private final AtomicLong waits = new AtomicLong();

    BlockingReadLog(Log log) {
        super(log);
    }

    /// The number of reads that had to wait.
    long waits() {
        return waits.get();
    }

    @Override
    public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Read read = super.read(place, selection, filter, entriesMax, bytesMax);
        if (!(read instanceof Read.Pending(var later))) return read;
        waits.incrementAndGet();
        try {
            return later.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("a cold read failed: " + failed, failed);
        }
    }
}
