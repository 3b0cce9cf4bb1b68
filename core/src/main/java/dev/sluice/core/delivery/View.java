package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Filter;
import org.jspecify.annotations.Nullable;

/// What readers get that stand at the same place and want the same in the same form: a run that is gathered for the
/// first of them, and that the others send as it is. A thousand readers of one channel cost one gathering.
///
/// Good for one task of the event loop, as the reads are that it was gathered from.
final class View {
    private final Run run = new Run();
    private boolean isFilled;
    private boolean hasMore;
    private boolean isCaughtUp;
    private @Nullable Cursor at;
    private @Nullable Cursor known;
    private @Nullable Selection selection;
    private @Nullable Filter filter;
    private boolean coalesce;
    private int form;

    boolean isFilled() {
        return isFilled;
    }

    Run run() {
        return run;
    }

    /// Whether there was more than the run holds.
    boolean hasMore() {
        return hasMore;
    }

    /// Whether the run leads to the head.
    boolean isCaughtUp() {
        return isCaughtUp;
    }

    boolean isFor(Reading reading, Subscription asked, Wire wire) {
        return isFilled
                && form == wire.form()
                && coalesce == asked.coalesce()
                && reading.cursor().equals(at)
                && reading.known().equals(known)
                && asked.selection().equals(selection)
                && reading.filter().equals(filter);
    }

    /// Empty, to be gathered for this reader.
    View begin(Reading reading, Subscription asked, Wire wire) {
        clear();
        at = reading.cursor();
        known = reading.known();
        selection = asked.selection();
        filter = reading.filter();
        coalesce = asked.coalesce();
        form = wire.form();
        return this;
    }

    void fill(boolean more, boolean caughtUp) {
        isFilled = true;
        hasMore = more;
        isCaughtUp = caughtUp;
    }

    void clear() {
        isFilled = false;
        run.clear();
    }
}
