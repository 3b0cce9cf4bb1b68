package dev.sluice.durablestreams;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    /// @param stream the stream that has this channel
    /// @param upTo   the last event that belongs to the stream that is read
    private record Segment(StreamState stream, Offset upTo) {
        boolean isLast() {
            return upTo.equals(Offset.END);
        }

        boolean isFork() {
            return stream.exists() && stream.config().fork() != null;
        }

        /// The offset after which the stream's own events begin.
        Offset begin() {
            return Offset.of(stream.config().begin());
        }

        /// Returns true if a reader has followed the source beyond what the fork inherits. Events that this
        /// channel had before it became the fork are not for it.
        boolean isAstray(Offset reader) {
            return isFork()
                    && reader.compareTo(begin()) > 0
                    && reader.compareTo(Offset.of(stream.config().created())) < 0;
        }

        /// Returns true if a reader is before this channel, where it then begins with what is left.
        boolean isAfter(Offset reader) {
            return reader.isBegin() || (isFork() && reader.compareTo(begin()) < 0);
        }
    }

    /// Reads events after an offset. Blocks until there is one, the stream ends, or the time is over.
    Page read(StreamState state, Offset after, Duration wait) throws InterruptedException {
        List<Event> events = new ArrayList<>();
        Offset next = after;
        long bytes = 0;
        for (Segment segment : segments(state)) {
            if (next.compareTo(segment.upTo()) >= 0) continue;
            if (segment.isAstray(next)) return new Page(List.of(), after, false, false, true);
            boolean isNew = segment.isAfter(after);
            Offset place = place(segment, next);
            Channels rest = channel(segment.stream(), place);
            boolean tellsLosses = !place.isBegin(); // As the first page does, unless it is one of what is left.
            while (true) {
                int limit = EVENTS_MAX - events.size();
                if (limit <= 0 || bytes >= BYTES_MAX)
                    return new Page(events, afterKnownGap(segment, next, isNew ? null : rest), false, false, false);
                Duration patience = segment.isLast() && events.isEmpty() ? wait : Duration.ZERO;
                EventPage page = rest.read(limit, patience);
                if (page.gap().filter(StreamSegments::skips).isPresent() && !isNew)
                    return new Page(List.of(), after, false, false, true);
                if (tellsLosses && page.gap().isEmpty() && page.events().isEmpty())
                    segment.stream().noteEmpty(place, Offset.of(page.cursor()));
                tellsLosses = false;
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
                if (segment.isLast() && isOver) return last(segment, page, events, next);
                if (isOver) break;
                isNew &= page.events().isEmpty();
                rest = page.next();
            }
        }
        throw new IllegalStateException("the stream " + state.name() + " has no last segment");
    }

    private Page last(Segment segment, EventPage page, List<Event> events, Offset next) throws InterruptedException {
        boolean isClosed = page.hasEnded() || segment.stream().closing() != null;
        boolean isEmpty = next.isBegin() || next.equals(segment.begin());
        return new Page(events, isEmpty ? store.emptyTail(segment.stream()) : next, true, isClosed, false);
    }

    /// Returns false if the events that are gone are between kept ones, as in a channel that keeps the newest
    /// event of each key.
    private static boolean skips(Gap gap) {
        return !gap.resume().equals(gap.after());
    }

    /// Returns where a page's reader continues: at its place, or after a gap of which it knows, as its next
    /// request has only the offset.
    ///
    /// @param rest what follows the page; null if the reader has read nothing of the channel
    private Offset afterKnownGap(Segment segment, Offset place, @Nullable Channels rest) throws InterruptedException {
        Gap gap = channel(segment.stream(), place(segment, place))
                .read(1, Duration.ZERO)
                .gap()
                .orElse(null);
        if (gap == null || !skips(gap)) return place;
        if (rest != null && rest.read(1, Duration.ZERO).gap().isPresent()) return place;
        Offset resume = Offset.of(gap.resume());
        return resume.compareTo(segment.upTo()) < 0 ? resume : segment.upTo();
    }

    /// Returns the place in the channel of a segment at which a reader of the stream continues.
    private static Offset place(Segment segment, Offset after) {
        // Events from before the channel became a fork, or of an earlier fork of this name, are not read.
        return segment.isFork() && after.compareTo(segment.begin()) <= 0
                ? Offset.of(segment.stream().config().created())
                : after;
    }

    private Channels channel(StreamState stream, Offset place) {
        Channels channel = hub.channels(stream.name());
        return place.isBegin()
                ? channel.earliest()
                : channel.after(stream.skipEmpty(place).id());
    }

    /// The parts of a stream, oldest first. Events of a source are before a fork, in the one order of the log.
    private Iterable<Segment> segments(StreamState state) throws InterruptedException {
        Deque<Segment> segments = new ArrayDeque<>();
        segments.add(new Segment(state, Offset.END));
        StreamConfig.Fork fork = state.config().fork();
        Offset upTo = Offset.END;
        while (fork != null) {
            Offset at = Offset.of(fork.at());
            if (at.compareTo(upTo) < 0) upTo = at;
            if (upTo.isBegin()) break;
            StreamState source = store.source(fork.source());
            if (source == null) break;
            segments.addFirst(new Segment(source, upTo));
            // The limits of the log drop the oldest events first: what a source inherited before its configuration.
            fork = source.exists() ? source.config().fork() : null;
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
