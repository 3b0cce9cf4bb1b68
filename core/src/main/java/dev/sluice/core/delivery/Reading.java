package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Read;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where a subscriber is in the log, and what it finds behind that: its cursor, what it knows of, its filter,
/// and the one read that the log may answer later than it was asked.
final class Reading {
    private final Dispatcher loop;
    private final Subscription asked;
    private Filter filter = Filter.NONE;

    /// Behind the last entry that the subscriber is done with.
    private Cursor cursor;

    private Cursor known;

    /// What came up to here it asked for when it came; only what is behind counts as falling behind.
    private Cursor begun;

    private @Nullable Later later;

    /// A read that is answered later: for which place, and what has come.
    private static final class Later {
        final Cursor at;

        @Nullable
        Read read;

        Later(Cursor at) {
            this.at = at;
        }
    }

    Reading(Dispatcher loop, Subscription asked) {
        this.loop = loop;
        this.asked = asked;
        this.cursor = loop.followed();
        this.known = cursor;
        this.begun = cursor;
    }

    void begin(Place at, Filter wanted) {
        moveTo(at);
        filter = wanted;
        begun = Cursor.later(cursor, loop.log().head());
    }

    Cursor cursor() {
        return cursor;
    }

    /// What it knows of, see [Place].
    Cursor known() {
        return Cursor.later(cursor, known);
    }

    Filter filter() {
        return filter;
    }

    void moveTo(Cursor next) {
        cursor = next;
    }

    void moveTo(Place place) {
        cursor = place.cursor();
        known = place.known();
    }

    /// Whether an event of a key may be left out because there is a newer one.
    boolean isHiding() {
        return filter.conflate() || filter.snapshotTo() != null;
    }

    /// What is behind a place, which is the cursor or lies ahead of it.
    Read next(Cursor at) {
        return next(at, filter);
    }

    /// The same with what a newer event of its key would hide.
    Read nextOfAll(Cursor at) {
        return next(at, Filter.types(asked.types()));
    }

    /// The same as if it had been told of everything dropped so far.
    Read nextKnowing(Place place, boolean ofAll) {
        return loop.read(place, asked.selection(), ofAll ? Filter.types(asked.types()) : filter);
    }

    private Read next(Cursor at, Filter through) {
        Read read = arrived(at);
        return read == null ? loop.read(new Place(at, known), asked.selection(), through) : read;
    }

    /// What has come for this place. Null: nothing. What was awaited for another place is of no use, as the sink took
    /// less than was hoped.
    private @Nullable Read arrived(Cursor at) {
        Read read = later == null ? null : later.read;
        if (later == null || read == null) return null;
        boolean isHere = later.at.equals(at);
        later = null;
        if (!isHere) return null;
        // What was the head then need not be the head now: read on from there.
        return read instanceof Read.CaughtUp(Cursor head)
                        && head.isBefore(loop.log().head())
                ? new Read.Batch(List.of(), head)
                : read;
    }

    /// Whether a read is to be answered yet, or its answer to be used.
    boolean isAwaiting() {
        return later != null;
    }

    /// Waits for a read, one at a time, and tells on this loop whether it came. Not after [#forget].
    void await(Cursor at, CompletionStage<Read> stage, Consumer<Boolean> told) {
        if (later != null) return;
        Later awaited = new Later(at);
        later = awaited;
        stage.whenComplete((read, failure) -> loop.execute(() -> {
            if (later != awaited) return;
            if (failure == null) awaited.read = read;
            else later = null;
            told.accept(failure == null);
        }));
    }

    void forget() {
        later = null;
    }

    Lag lag(Cursor at) {
        return loop.log().lag(new Place(at, known), asked.selection());
    }

    /// Whether there is a rule for who is too far behind with the channel that comes next.
    boolean isRuled(List<Entry> next) {
        return !next.isEmpty() && rule(next).then() != Overflow.Then.LATER;
    }

    private Overflow rule(List<Entry> next) {
        return loop.hub().settings().overflow().apply(next.getFirst().channel());
    }

    /// What becomes of a subscriber that is too far behind as the rule of the channel has it that comes next;
    /// [Overflow.Then#LATER]: nothing.
    Overflow.Then overflow(List<Entry> next, Cursor at) {
        if (next.isEmpty() || at.isBefore(begun)) return Overflow.Then.LATER;
        Overflow rule = rule(next);
        if (rule.then() == Overflow.Then.LATER || !rule.isExceeded(lag(at))) return Overflow.Then.LATER;
        begun = loop.log().head();
        return rule.then();
    }

    /// From here on the newest of each key, up to now.
    Read.Missing skipToNewest() {
        filter = new Filter(asked.types(), asked.conflate(), begun);
        return new Read.Missing(new Gap(cursor.text(), cursor, Gap.Reason.SKIPPED), new Place(cursor, known));
    }

    /// From here on what is to come.
    Read.Missing skipToNow() {
        return new Read.Missing(new Gap(cursor.text(), begun, Gap.Reason.SKIPPED), Place.at(begun));
    }
}
