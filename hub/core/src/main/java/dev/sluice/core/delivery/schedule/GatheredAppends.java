package dev.sluice.core.delivery.schedule;

import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.PendingAppend;
import java.util.ArrayList;
import java.util.List;

/// The publishes of one turn of an event loop, which are handed to the log together: the log's thread is woken
/// once for all of them. A log that gains nothing by this gets each at once. Used on that loop only.
public final class GatheredAppends implements Runnable {
    /// This many publishes are handed over before the turn ends, so that the log writes while the loop reads
    /// further requests.
    private static final int MAX = 32;

    private final LogWriter writer;
    private final Loop loop;
    private final boolean isGrouping;
    private List<PendingAppend> gathered = new ArrayList<>(MAX);

    /// True if the loop will hand over what is gathered at the end of this turn.
    private boolean isScheduled;

    public GatheredAppends(LogWriter writer, Loop loop) {
        this.writer = writer;
        this.loop = loop;
        this.isGrouping = writer.isGrouping();
    }

    public void append(PendingAppend append) {
        if (!isGrouping) {
            writer.append(append);
            return;
        }
        if (!isScheduled) loop.execute(this);
        isScheduled = true;
        gathered.add(append);
        if (gathered.size() >= MAX) handOver();
    }

    /// Ends the turn.
    @Override
    public void run() {
        isScheduled = false;
        flush();
    }

    /// Hands over what is gathered, so that the caller's next append comes after it.
    public void flush() {
        if (!gathered.isEmpty()) handOver();
    }

    private void handOver() {
        List<PendingAppend> all = gathered;
        gathered = new ArrayList<>(MAX);
        try {
            writer.appendEach(all);
        } catch (Throwable failed) { // For example OutOfMemoryError: no publisher may wait forever.
            for (PendingAppend each : all) each.fail(failed);
            throw failed;
        }
    }
}
