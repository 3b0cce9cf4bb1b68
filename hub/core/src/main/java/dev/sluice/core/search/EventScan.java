package dev.sluice.core.search;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.BackwardRead;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Reads the events of a [ScanRange] that the log had when the scan was opened, slice by slice. Events that the log
/// drops during the scan may or may not be included.
///
/// One caller at a time. No method blocks, but a log in memory reads on the caller's thread, for up to a
/// millisecond per slice, so the caller should not be an event loop.
public final class EventScan {
    /// The maximum number of events in a slice.
    public static final int EVENTS_MAX = 512;

    /// The maximum bytes of data in a slice, unless it has only one event.
    public static final long BYTES_MAX = 256 * 1024;

    private final LogReader log;
    private final ScanRange range;

    /// The last place that belongs to the range.
    private final Cursor upTo;

    /// The first event that does not; null if `upTo` decides.
    private final @Nullable Cursor before;

    /// Everything after this cursor belongs to the range. It moves in a scan from the oldest event.
    private ReadCursor from;

    /// The cursor at which a scan from the newest event continues; null once it has ended.
    private @Nullable Cursor back;

    private EventScan(LogReader log, ScanRange range, ReadCursor from, Cursor upTo, @Nullable Cursor before) {
        this.log = log;
        this.range = range;
        this.from = from;
        this.upTo = upTo;
        this.before = before;
        this.back = before != null && before.isBefore(upTo) ? before : upTo;
    }

    /// Opens a scan. Fails as [LogReader#locate] does.
    public static CompletionStage<EventScan> open(LogReader log, ScanRange range) {
        Cursor head = log.head();
        Start start = range.sinceMs() == null ? new Start.Earliest() : new Start.Since(range.sinceMs());
        CompletionStage<ReadCursor> from = log.locate(start, range.selection(), Filter.NONE);
        CompletionStage<Cursor> upTo = range.untilMs() == null
                ? CompletableFuture.completedStage(head)
                : log.locate(new Start.Since(range.untilMs()), range.selection(), Filter.NONE)
                        .thenApply(ReadCursor::cursor);
        CompletionStage<@Nullable Cursor> after = resolve(log, range.after(), head, head)
                .thenApply(resolved ->
                        resolved instanceof ResolvedCursor.Lost(ReadCursor resume) ? resume.cursor() : at(resolved));
        CompletionStage<@Nullable ResolvedCursor> before = resolve(log, range.before(), head, null);
        return from.thenCombine(
                        after,
                        (place, cursor) ->
                                cursor != null && place.cursor().isBefore(cursor) ? place.moved(cursor) : place)
                .thenCombine(upTo, (place, last) -> new EventScan(log, range, place, earlier(last, head), null))
                .thenCombine(before, EventScan::before);
    }

    /// The part before a cursor. One that was lost came after everything that its epoch has kept. One of another log
    /// limits nothing.
    private EventScan before(@Nullable ResolvedCursor resolved) {
        if (resolved instanceof ResolvedCursor.At(Cursor cursor)) return new EventScan(log, range, from, upTo, cursor);
        Cursor kept = keptOfEpoch(range.before(), resolved);
        return kept == null ? this : new EventScan(log, range, from, earlier(upTo, kept), null);
    }

    /// The last place that the log kept of a cursor's epoch; null if the cursor was not lost, or is of another log.
    private static @Nullable Cursor keptOfEpoch(@Nullable String text, @Nullable ResolvedCursor resolved) {
        Cursor cursor = text == null ? null : Cursor.parse(text).orElse(null);
        if (cursor == null || !(resolved instanceof ResolvedCursor.Lost(ReadCursor resume))) return null;
        return resume.cursor().epoch().equals(cursor.epoch()) ? resume.cursor() : null;
    }

    private static Cursor earlier(Cursor one, Cursor other) {
        return one.isBefore(other) ? one : other;
    }

    /// Resolves a cursor, without waiting for the head to reach it.
    ///
    /// @param ahead the result for a cursor beyond the head, unless the log knows that it was lost
    private static CompletionStage<@Nullable ResolvedCursor> resolve(
            LogReader log, @Nullable String text, Cursor head, @Nullable Cursor ahead) {
        Cursor parsed = text == null ? null : Cursor.parse(text).orElse(null);
        if (text == null) return CompletableFuture.completedStage(null);
        if (parsed == null || !head.isBefore(parsed)) return log.resolve(text).thenApply(resolved -> resolved);
        CompletableFuture<ResolvedCursor> known = log.resolve(text).toCompletableFuture();
        boolean isAnswered = known.isDone() && !known.isCompletedExceptionally();
        if (isAnswered && keptOfEpoch(text, known.join()) != null) return known.thenApply(resolved -> resolved);
        known.cancel(false);
        return CompletableFuture.completedStage(ahead == null ? null : new ResolvedCursor.At(ahead));
    }

    private static @Nullable Cursor at(@Nullable ResolvedCursor resolved) {
        return resolved instanceof ResolvedCursor.At(Cursor cursor) ? cursor : null;
    }

    /// The times of the first and the last event of the range; null if it has no events.
    ///
    /// @param slices runs the continuation of each slice: the ends of very many channels may precede the first
    ///               event, so there may be thousands of slices
    public CompletionStage<@Nullable TimeSpan> span(Executor slices) {
        return oldest(slices)
                .thenCombine(
                        newest(back, slices),
                        (oldest, newest) -> oldest == null || newest == null
                                ? null
                                : new TimeSpan(oldest.timeMs(), newest.timeMs()));
    }

    private CompletionStage<@Nullable Event> newest(@Nullable Cursor at, Executor slices) {
        if (at == null || !from.cursor().isBefore(at)) return none();
        return log.readBack(at, range.selection(), EVENTS_MAX, BYTES_MAX)
                .thenComposeAsync(
                        earlier -> {
                            for (Entry entry : earlier.entries()) {
                                if (!from.cursor().isBefore(entry.id())) return none();
                                if (isInRange(entry) && entry instanceof Event event)
                                    return CompletableFuture.completedStage(event);
                            }
                            return newest(earlier.next(), slices);
                        },
                        slices);
    }

    private CompletionStage<@Nullable Event> oldest(Executor slices) {
        return read(from, EVENTS_MAX)
                .thenComposeAsync(
                        read -> switch (read) {
                            case Read.Batch batch -> oldest(batch, slices);
                            case Read.Missing missing -> {
                                from = missing.resume();
                                yield oldest(slices);
                            }
                            case Read.CaughtUp _, Read.Pending _ -> none();
                        },
                        slices);
    }

    private CompletionStage<@Nullable Event> oldest(Read.Batch batch, Executor slices) {
        for (Entry entry : batch.entries()) {
            if (!isInRange(entry)) return none();
            if (entry instanceof Event event) return CompletableFuture.completedStage(event);
        }
        from = from.moved(batch.next());
        return from.cursor().isBefore(upTo) ? oldest(slices) : none();
    }

    private static CompletionStage<@Nullable Event> none() {
        return CompletableFuture.completedStage(null);
    }

    /// The next slice. Fails if the log cannot read it.
    public CompletionStage<EventSlice> next() {
        return range.newestFirst() ? nextBack() : read(from, EVENTS_MAX).thenApply(this::forwards);
    }

    /// Returns the cursor from which another scan continues after the slices so far, of which the last one was not
    /// the last of the range: as [ScanRange#before] of a scan from the newest event, as [ScanRange#after] of one
    /// from the oldest.
    public Cursor place() {
        Cursor earlier = back;
        if (!range.newestFirst() || earlier == null) return from.cursor();
        return new Cursor(earlier.epoch(), earlier.position() + 1); // The event at `before` is not in the range.
    }

    private CompletionStage<Read> read(ReadCursor place, int entriesMax) {
        Read read = log.read(place, range.selection(), Filter.NONE, entriesMax, BYTES_MAX);
        return read instanceof Read.Pending(var later) ? later : CompletableFuture.completedStage(read);
    }

    private EventSlice forwards(Read read) {
        return switch (read) {
            case Read.Batch(var entries, var next) -> {
                from = from.moved(next);
                List<Event> events = new ArrayList<>(entries.size());
                for (Entry entry : entries) {
                    if (!isInRange(entry)) yield new EventSlice(events, true);
                    if (entry instanceof Event event) events.add(event);
                }
                yield new EventSlice(events, !next.isBefore(upTo));
            }
            case Read.Missing missing -> {
                from = missing.resume();
                yield new EventSlice(List.of(), false);
            }
            case Read.CaughtUp _ -> new EventSlice(List.of(), true);
            case Read.Pending _ ->
                throw new IllegalStateException("a pending read completed with another pending read");
        };
    }

    private CompletionStage<EventSlice> nextBack() {
        Cursor at = back;
        if (at == null || !from.cursor().isBefore(at))
            return CompletableFuture.completedStage(new EventSlice(List.of(), true));
        return log.readBack(at, range.selection(), EVENTS_MAX, BYTES_MAX).thenApply(this::backwards);
    }

    private EventSlice backwards(BackwardRead earlier) {
        back = earlier.next();
        List<Event> events = new ArrayList<>(earlier.entries().size());
        for (Entry entry : earlier.entries()) {
            if (!from.cursor().isBefore(entry.id())) return new EventSlice(events, true);
            if (isInRange(entry) && entry instanceof Event event) events.add(event);
        }
        return new EventSlice(events, back == null);
    }

    private boolean isInRange(Entry entry) {
        return !upTo.isBefore(entry.id()) && (before == null || entry.id().isBefore(before));
    }
}
