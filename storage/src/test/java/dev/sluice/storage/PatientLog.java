package dev.sluice.storage;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A log whose readers wait for what is elsewhere, so that the contract's tests can read it.
final class PatientLog extends ForwardingLog {
    private final AtomicLong waits = new AtomicLong();

    PatientLog(Log log) {
        super(log);
    }

    /// How often a reader had to wait.
    long waits() {
        return waits.get();
    }

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Read read = super.read(place, selection, filter, entriesMax, bytesMax);
        if (!(read instanceof Read.Elsewhere(var later))) return read;
        waits.incrementAndGet();
        try {
            return later.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("a cold read failed: " + failed, failed);
        }
    }
}
