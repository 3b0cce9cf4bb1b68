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
    private static final int MAX = 32;

    /// More are handed over at the end, too: for them it pays that two threads work. Fewer than [#MAX]: nothing can be
    /// begun in the middle of a turn.
    private static final int INLINE_MAX = 12;

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
        if (gathered.size() >= MAX) write(); // They are too many to begin here.
    }

    private @Nullable InlineAppend endTurn() {
        isAtTurnEnd = false;
        return gathered.isEmpty() ? null : write(); // There may have been as many as are handed over before.
    }

    /// Hands over what was gathered, or begins to write it here.
    private @Nullable InlineAppend write() {
        List<PendingAppend> all = take();
        try {
            InlineAppend begun = all.size() <= INLINE_MAX ? writer.begin(all) : null;
            if (begun == null) writer.appendEach(all);
            return begun;
        } catch (Throwable failed) { // As OutOfMemoryError. No publisher waits in vain.
            for (PendingAppend each : all) each.fail(failed);
            throw failed;
        }
    }

    private List<PendingAppend> take() {
        List<PendingAppend> all = gathered;
        gathered = new ArrayList<>(MAX);
        return all;
    }
}
