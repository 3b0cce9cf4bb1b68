package dev.sluice.durablestreams;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Reads streams: the inherited events of a fork from the channels of its sources, then its own.
final class StreamSegments {
    private static final int EVENTS_MAX = 1_000;
    private static final int BYTES_MAX = 1 << 20;

    private final StreamStore store;
    private final Sluice hub;

    StreamSegments(StreamStore store, Sluice hub) {
        this.store = store;
        this.hub = hub;
    }

    /// A page of a stream.
    ///
    /// @param events   the events with data
    /// @param next     the offset after the page
    /// @param isAtTail true if there was no more when it was read
    /// @param isClosed true if there will never be more
    /// @param isGone   true if events after the offset are gone; the page is then empty
    record Page(List<Event> events, Offset next, boolean isAtTail, boolean isClosed, boolean isGone) {}

    /// A part of a stream that is in one channel.
    ///
    /// @param upTo the last event that belongs to the stream
    private record Segment(String channel, Offset upTo) {
        boolean isLast() {
            return upTo.equals(Offset.END);
        }
    }

    /// Reads events after an offset. Blocks until there is one, the stream ends, or the time is over.
    Page read(StreamState state, Offset after, Duration wait) throws InterruptedException {
        List<Event> events = new ArrayList<>();
        Offset next = after;
        long bytes = 0;
        for (Segment segment : segments(state)) {
            boolean isLast = segment.isLast();
            if (next.compareTo(segment.upTo()) >= 0) continue;
            while (true) {
                int limit = EVENTS_MAX - events.size();
                if (limit <= 0 || bytes >= BYTES_MAX) return new Page(events, next, false, false, false);
                Duration patience = isLast && events.isEmpty() ? wait : Duration.ZERO;
                EventPage page = channel(segment, next).read(limit, patience);
                if (page.gap().isPresent() && !next.isBegin()) return new Page(List.of(), after, false, false, true);
                boolean isOver = !page.hasMore();
                for (Event event : page.events()) {
                    Offset end = Offset.of(event.id());
                    isOver = isOver || end.compareTo(segment.upTo()) >= 0;
                    if (end.compareTo(segment.upTo()) > 0) break;
                    next = end;
                    int length = event.bytes().length;
                    if (event.isRemoved() && length == 0) continue;
                    events.add(event);
                    bytes += length;
                }
                if (isLast && isOver) return last(state, page, events, next);
                if (isOver) break;
            }
        }
        throw new IllegalStateException("the stream " + state.name() + " has no last segment");
    }

    private Page last(StreamState state, EventPage page, List<Event> events, Offset next) throws InterruptedException {
        boolean isClosed = page.hasEnded() || state.closing() != null;
        Offset known = next.isBegin() ? store.emptyTail(state) : next;
        return new Page(events, known, true, isClosed, false);
    }

    private Channels channel(Segment segment, Offset after) {
        Channels channel = hub.channels(segment.channel());
        return after.isBegin() ? channel.earliest() : channel.after(after.id());
    }

    /// The parts of a stream, oldest first. Events of a source are before a fork, in the one order of the log.
    private Iterable<Segment> segments(StreamState state) throws InterruptedException {
        Deque<Segment> segments = new ArrayDeque<>();
        segments.add(new Segment(state.name(), Offset.END));
        StreamConfig.Fork fork = state.config().fork();
        Offset upTo = Offset.END;
        while (fork != null) {
            Offset at = Offset.of(fork.at());
            if (at.compareTo(upTo) < 0) upTo = at;
            if (upTo.isBegin()) break;
            segments.addFirst(new Segment(fork.source(), upTo));
            fork = store.source(fork.source()).config().fork();
        }
        return segments;
    }

    /// Returns the offset after this many events; empty if there are fewer.
    Optional<Offset> skip(StreamState state, Offset after, long count) throws InterruptedException {
        long left = count;
        Offset next = after;
        while (true) {
            Page page = read(state, next, Duration.ZERO);
            List<Event> events = page.events();
            if (left <= events.size())
                return Optional.of(Offset.of(events.get((int) left - 1).id()));
            if (page.isAtTail() || page.isGone()) return Optional.empty();
            left -= events.size();
            next = page.next();
        }
    }
}
