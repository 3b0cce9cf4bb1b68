package dev.sluice.core.delivery;

import dev.sluice.core.log.InlineAppend;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.PendingAppend;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The publishes of one turn of an event loop, which are written together: at the turn's end by the loop's thread, if
/// the log is idle and they are few, so that no thread has to be woken; else by the log's thread, which is woken once
/// for them. Used on that loop only.
final class GatheredAppends {
    /// So many are handed over before the turn ends, so that the log writes while the loop reads further requests.
    private static final int MAX = 16;

    /// More are handed over at the end, too: for them it pays that two threads work.
    private static final int INLINE_MAX = 4;

    private final LogWriter writer;
    private final Loop loop;
    private List<PendingAppend> gathered = new ArrayList<>(MAX);

    /// Whether the loop will ask at the end of this turn.
    private boolean isAtTurnEnd;

    GatheredAppends(LogWriter writer, Loop loop) {
        this.writer = writer;
        this.loop = loop;
    }

    void append(PendingAppend append) {
        if (!isAtTurnEnd) loop.atTurnEnd(this::endTurn);
        isAtTurnEnd = true;
        gathered.add(append);
        if (gathered.size() < MAX) return;
        List<PendingAppend> all = take();
        try {
            writer.appendEach(all);
        } catch (Throwable failed) {
            fail(all, failed);
            throw failed;
        }
    }

    /// Hands over what was gathered, or begins to write it here.
    private @Nullable InlineAppend endTurn() {
        isAtTurnEnd = false;
        if (gathered.isEmpty()) return null; // They were as many as may be.
        List<PendingAppend> all = take();
        try {
            InlineAppend begun = all.size() <= INLINE_MAX ? writer.begin(all) : null;
            if (begun == null) writer.appendEach(all);
            return begun;
        } catch (Throwable failed) {
            fail(all, failed);
            throw failed;
        }
    }

    /// Tells them of a failure, as an OutOfMemoryError: no publisher waits in vain.
    private static void fail(List<PendingAppend> all, Throwable failure) {
        for (PendingAppend each : all) each.fail(failure);
    }

    private List<PendingAppend> take() {
        List<PendingAppend> all = gathered;
        gathered = new ArrayList<>(MAX);
        return all;
    }
}
