package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.stream.Coalescing;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.delivery.stream.PartialWrite;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.delivery.stream.WriteBatch;
import dev.sluice.core.encoding.EncodedEvent;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Read;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The position of a subscriber in the log, and its reads from there: its cursor, the number of bytes already
/// sent of the next event, the changes it already knows of, its filter, and at most one read that the log answers
/// later.
final class ReadPosition {
    private final Dispatcher loop;
    private final SubscriptionSpec subscription;
    private final Wire wire;
    private Filter filter = Filter.NONE;

    /// The cursor after the last entry that the sink accepted completely.
    private Cursor cursor;

    /// Progress within an event that is partly sent; null between two events.
    private @Nullable PartialWrite partial;

    private Cursor known;

    /// Entries up to here are history that the subscriber asked for; only later entries count as falling behind.
    private Cursor lagFrom;

    private @Nullable AwaitedRead pendingRead;

    /// The log's count of [removals][dev.sluice.core.log.LogReader#removals] before the last read.
    private long removals;

    /// A read that completes later, and its arguments.
    private static final class AwaitedRead {
        final ReadCursor place;
        final Filter filter;

        /// The log's count of removals before it: what was deleted since, it may have.
        final long removals;

        @Nullable
        Read read;

        AwaitedRead(ReadCursor place, Filter filter, long removals) {
            this.place = place;
            this.filter = filter;
            this.removals = removals;
        }
    }

    ReadPosition(Dispatcher loop, SubscriptionSpec subscription, Wire wire) {
        this.loop = loop;
        this.subscription = subscription;
        this.wire = wire;
        this.cursor = loop.followed();
        this.known = cursor;
        this.lagFrom = cursor;
    }

    void begin(ReadCursor at, Filter filter) {
        moveTo(at);
        this.filter = filter;
        lagFrom = Cursor.later(cursor, loop.log().head());
    }

    Cursor cursor() {
        return cursor;
    }

    /// The position up to which gaps are known, see [ReadCursor].
    Cursor known() {
        return Cursor.later(cursor, known);
    }

    Filter filter() {
        return filter;
    }

    void moveTo(Cursor next) {
        cursor = next;
    }

    void moveTo(ReadCursor place) {
        cursor = place.cursor();
        known = place.known();
    }

    @Nullable
    PartialWrite partial() {
        return partial;
    }

    boolean isBetweenEvents() {
        return partial == null;
    }

    /// Moves within an event, by bytes that the sink accepted.
    ///
    /// @param length the length of the whole event
    /// @return true if the event is complete, so that the caller moves the cursor past it
    boolean advance(Event event, int length, int accepted) {
        int sent = accepted + (partial == null ? 0 : partial.sent());
        boolean isComplete = sent == length;
        partial = isComplete || sent == 0 ? null : PartialWrite.of(event, length, sent);
        return isComplete;
    }

    /// Result of adding the rest of a partly sent event.
    enum Rest {
        COMPLETE,
        INCOMPLETE,
        PENDING,
        /// The log no longer has the event unchanged.
        GONE
    }

    /// Adds the rest of a partly sent event, which is read from the log again.
    ///
    /// @param onRead see [#await]
    Rest addRest(WriteBatch batch, PartialWrite unfinished, Consumer<Boolean> onRead) {
        // A newer event with the same key may have superseded it; a partly sent event is completed nevertheless.
        boolean mayBeHidden = unfinished.hasKey() && hidesSuperseded(unfinished.id());
        Filter restFilter = mayBeHidden ? Filter.types(subscription.types()) : filter;
        ReadCursor place = placeOfRest();
        switch (read(place, restFilter)) {
            case Read.Batch(List<Entry> found, Cursor next) -> {
                List<Entry> entries =
                        subscription.coalesce() && !mayBeHidden ? Coalescing.join(found, unfinished.id()) : found;
                for (Entry entry : entries) {
                    if (mayBeHidden && entry.id().isBefore(unfinished.id())) continue;
                    if (!(entry instanceof Event event) || !unfinished.isOf(event)) return Rest.GONE;
                    EncodedEvent bytes = loop.encoded(event, wire);
                    byte[] prefix = wire.prefix();
                    if (prefix.length + bytes.length() != unfinished.length()) return Rest.GONE;
                    return batch.addEvent(event, prefix, bytes, unfinished.sent()) ? Rest.COMPLETE : Rest.INCOMPLETE;
                }
                batch.addMove(next); // The filter left out every entry.
                return Rest.INCOMPLETE;
            }
            case Read.Pending pending -> {
                await(place, restFilter, pending, onRead);
                return Rest.PENDING;
            }
            case Read.Missing _, Read.CaughtUp _ -> {
                return Rest.GONE;
            }
        }
    }

    /// The place from which to read the rest. It counts every gap as known, even a future one: gaps are reported
    /// between two events, so the partly sent event is completed first, as long as the log has it.
    private ReadCursor placeOfRest() {
        return new ReadCursor(cursor, new Cursor(cursor.epoch(), Long.MAX_VALUE));
    }

    /// Whether the filter leaves out this event if its key has a newer one. Events of one key that follow each other
    /// are joined only where it does not.
    private boolean hidesSuperseded(Cursor event) {
        Cursor snapshotTo = filter.snapshotTo();
        return filter.conflate() || (snapshotTo != null && !snapshotTo.isBefore(event));
    }

    /// Reads after a place: the cursor or a place ahead of it.
    Read next(Cursor at) {
        return read(new ReadCursor(at, known), filter);
    }

    private Read read(ReadCursor place, Filter by) {
        Read read = takeArrived(place, by);
        if (read != null) return read;
        removals = loop.log().removals();
        return loop.read(place, subscription.selection(), by);
    }

    /// Returns the completed read for this place and filter, or null if none has completed. Any other read is
    /// discarded: the sink accepted fewer bytes than expected, or a gap was reported since, which that read
    /// would report again. So is one that may have data that was deleted since: a subscription of a session
    /// may have waited long for its turn.
    private @Nullable Read takeArrived(ReadCursor place, Filter by) {
        AwaitedRead awaited = pendingRead;
        Read read = awaited == null ? null : awaited.read;
        if (awaited == null || read == null) return null;
        pendingRead = null;
        if (!awaited.place.equals(place) || !awaited.filter.equals(by)) return null;
        if (hasRemoved(loop.log(), read, awaited.removals)) return null;
        // The log may have grown since the read: continue from the head at that time.
        return read instanceof Read.CaughtUp(Cursor head)
                        && head.isBefore(loop.log().head())
                ? new Read.Batch(List.of(), head)
                : read;
    }

    /// Whether a read may have entries that were deleted or erased after the log's first removals.
    static boolean hasRemoved(LogReader log, Read read, long removals) {
        return read instanceof Read.Batch(List<Entry> entries, Cursor _)
                && !entries.isEmpty()
                && log.hasRemoved(
                        name -> entries.stream().anyMatch(each -> each.channel().equals(name)), removals);
    }

    /// Whether a read is pending, or complete but not used yet.
    boolean isAwaiting() {
        return pendingRead != null;
    }

    /// Waits for the read of the [next][#next] entries and reports on this loop whether it succeeded. One read at a
    /// time; not reported after [#abandonRead].
    void await(Cursor at, Read.Pending pending, Consumer<Boolean> onResult) {
        await(new ReadCursor(at, known), filter, pending, onResult);
    }

    private void await(ReadCursor place, Filter by, Read.Pending pending, Consumer<Boolean> onResult) {
        if (pendingRead != null) return;
        AwaitedRead awaited = new AwaitedRead(place, by, removals);
        pendingRead = awaited;
        pending.later()
                .whenComplete((read, failure) -> loop.execute(() -> {
                    if (pendingRead != awaited) return;
                    if (failure == null) awaited.read = read;
                    else pendingRead = null;
                    onResult.accept(failure == null);
                }));
    }

    void abandonRead() {
        pendingRead = null;
    }

    Lag lag(Cursor at) {
        return loop.log().lag(new ReadCursor(at, known), subscription.selection());
    }

    /// Whether the channel that comes next has an overflow policy.
    boolean hasOverflowPolicy(List<Entry> next) {
        return !next.isEmpty() && policyOf(next).then() != Overflow.Then.LATER;
    }

    private Overflow policyOf(List<Entry> next) {
        return loop.hub().settings().overflow().apply(next.getFirst().channel());
    }

    /// The action that the overflow policy of the next channel requires; [Overflow.Then#LATER] if it requires
    /// none.
    Overflow.Then checkOverflow(List<Entry> next, Cursor at) {
        if (next.isEmpty() || at.isBefore(lagFrom)) return Overflow.Then.LATER;
        Overflow policy = policyOf(next);
        if (policy.then() == Overflow.Then.LATER || !policy.isExceeded(lag(at))) return Overflow.Then.LATER;
        lagFrom = loop.log().head();
        return policy.then();
    }

    /// Switches the filter to the newest event of each key, up to the current head.
    Read.Missing skipToNewest() {
        filter = new Filter(subscription.types(), subscription.conflate(), lagFrom);
        return new Read.Missing(new Gap(cursor.text(), cursor, GapReason.SKIPPED), new ReadCursor(cursor, known));
    }

    /// Skips everything up to the current head.
    Read.Missing skipToNow() {
        return new Read.Missing(new Gap(cursor.text(), lagFrom, GapReason.SKIPPED), ReadCursor.at(lagFrom));
    }
}
