package dev.sluice.core.delivery;

import dev.sluice.core.log.Appended;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The publishes of one turn of an event loop, which are handed to the log together: its thread is woken once for them,
/// and writes them once. One after the other they would wake it with the first, which it would write alone. Used on
/// that loop only.
final class GatheredAppends implements Runnable {
    /// So many are handed over before the turn ends, so that the log writes while the loop reads further requests.
    private static final int MAX = 16;

    private final LogWriter writer;
    private final Loop loop;
    private List<PendingAppend> gathered = new ArrayList<>(MAX);

    GatheredAppends(LogWriter writer, Loop loop) {
        this.writer = writer;
        this.loop = loop;
    }

    CompletionStage<Appended> append(Publication publication) {
        PendingAppend append = PendingAppend.of(publication);
        if (gathered.isEmpty()) loop.execute(this);
        gathered.add(append);
        if (gathered.size() == MAX) run();
        return append.outcome();
    }

    /// Hands over what was gathered.
    @Override
    public void run() {
        if (gathered.isEmpty()) return; // They were as many as may be.
        List<PendingAppend> all = gathered;
        gathered = new ArrayList<>(MAX);
        writer.appendEach(all);
    }
}
