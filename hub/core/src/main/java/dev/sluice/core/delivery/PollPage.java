package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The events that a poll has found for its answer, within the answer's limits. When paging back, it is filled
/// up to its end, and newer events replace the oldest ones.
final class PollPage {
    private final int limit;
    private final long dataBytesMax;
    private final @Nullable Cursor before;
    private final LongPredicate reserve;
    private final List<Event> events = new ArrayList<>(0);
    private Cursor begin;
    private boolean hasEarlier;
    private long dataBytes;
    private long reservedBytes;

    /// @param limit        the maximum number of events
    /// @param dataBytesMax no further event is added once the page has this many bytes of data
    /// @param before       for paging back: the page ends before this cursor; null if it ends at the head
    /// @param reserve      reserves that many more bytes and returns whether it could
    /// @param begin        the cursor that the read starts from, until [#begin] sets the final one
    PollPage(int limit, long dataBytesMax, @Nullable Cursor before, LongPredicate reserve, Cursor begin) {
        this.limit = limit;
        this.dataBytesMax = dataBytesMax;
        this.before = before;
        this.reserve = reserve;
        this.begin = begin;
    }

    /// Sets the cursor that the read starts from.
    void begin(Cursor at) {
        begin = at;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /// Bytes of data of its events.
    long dataBytes() {
        return dataBytes;
    }

    /// Whether earlier events were left out.
    boolean hasEarlier() {
        return hasEarlier;
    }

    /// Whether the page ends before this entry.
    boolean endsBefore(Entry entry) {
        if (before != null) return !entry.id().isBefore(before);
        return entry instanceof Event && (events.size() == limit || dataBytes > dataBytesMax);
    }

    void add(Event event) {
        events.add(event);
        dataBytes += event.dataBytes();
        while (events.size() > limit || (before != null && dataBytes > dataBytesMax && events.size() > 1)) dropFirst();
    }

    private void dropFirst() {
        Event first = events.removeFirst();
        dataBytes -= first.dataBytes();
        begin = first.id();
        hasEarlier = true;
    }

    void clear() {
        events.clear();
        dataBytes = 0;
    }

    /// Reserves the bytes that the events take.
    ///
    /// @return false if the budget does not allow it
    boolean reserve() {
        long neededBytes = dataBytes + (long) Poll.EVENT_OVERHEAD_BYTES * events.size();
        long more = neededBytes - reservedBytes;
        if (more <= 0) return true; // Fewer than before: earlier events were dropped from the page.
        reservedBytes = neededBytes;
        return reserve.test(more);
    }

    Poll.Result.Found found(From.Place next, boolean more, @Nullable Gap gap, boolean closed, List<ChannelName> ended) {
        return new Poll.Result.Found(begin, List.copyOf(events), next, more, gap, closed, ended);
    }
}
