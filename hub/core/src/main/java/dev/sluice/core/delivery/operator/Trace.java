package dev.sluice.core.delivery.operator;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Event;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// A record of what happens to the events of a channel, or to the streams of a client, for some time. Keeps only
/// the newest events and steps. May be used from any thread.
public final class Trace {
    /// The maximum number of events kept, at some 300 bytes each.
    public static final int EVENTS_MAX = 500;

    /// The maximum number of steps kept, at some 300 bytes each.
    static final int STEPS_MAX = 500;

    private final long id;
    private final TraceSubject subject;
    private final long beganMs;
    private final long endMs;
    private final long deadlineMs;
    private final LongSupplier clockMs;
    private final ConcurrentSkipListMap<Cursor, TracedEvent> events = new ConcurrentSkipListMap<>();
    private final ArrayDeque<TraceStep> steps = new ArrayDeque<>(); // Guarded by itself.
    private final AtomicLong dropped = new AtomicLong();

    /// @param beganMs in milliseconds since 1970
    /// @param ms      how long it runs
    /// @param clockMs milliseconds of a clock that never goes back
    public Trace(long id, TraceSubject subject, long beganMs, long ms, LongSupplier clockMs) {
        this.id = id;
        this.subject = subject;
        this.beganMs = beganMs;
        this.endMs = beganMs + ms;
        this.deadlineMs = clockMs.getAsLong() + ms;
        this.clockMs = clockMs;
    }

    public long id() {
        return id;
    }

    public TraceSubject subject() {
        return subject;
    }

    /// When it began, in milliseconds since 1970.
    public long beganMs() {
        return beganMs;
    }

    /// The expected time of its end, in milliseconds since 1970: the duration does not depend on that clock.
    public long endMs() {
        return endMs;
    }

    /// How long it still runs, in milliseconds; 0 or less after its end. Does not depend on the time of day.
    public long leftMs() {
        return deadlineMs - clockMs.getAsLong();
    }

    /// The number of events and steps dropped in favor of newer ones.
    public long dropped() {
        return dropped.get();
    }

    /// The events of the channel, in log order.
    public List<TracedEvent> events() {
        return List.copyOf(events.values());
    }

    /// The actions of the client, in order.
    public List<TraceStep> steps() {
        synchronized (steps) {
            return List.copyOf(steps);
        }
    }

    public boolean isOf(ChannelName channel) {
        return subject instanceof TraceSubject.OfChannel(ChannelName traced) && traced.equals(channel);
    }

    public void stored(Cursor event, long publishedMs, long nowMs) {
        event(event).stored(publishedMs, nowMs);
    }

    /// @param synced the log is on disk up to here
    public void synced(Cursor synced, long nowMs) {
        for (TracedEvent each : events.headMap(synced, true).values()) each.synced(nowMs);
    }

    /// Counts a delivery of an event of the channel.
    ///
    /// @param reader returns the status of the stream or poll that received it
    public void delivered(Event event, Supplier<StreamStatus> reader, long nowMs) {
        event(event.id()).delivered(reader, nowMs - event.timeMs());
    }

    /// Counts the delivery of events that were joined into one. Counts only events that the trace already has.
    public void delivered(Cursor from, Cursor to, Supplier<StreamStatus> reader, long nowMs) {
        for (TracedEvent each : events.subMap(from, false, to, true).values())
            each.delivered(reader, nowMs - each.publishedMs());
    }

    private TracedEvent event(Cursor id) {
        TracedEvent known = events.computeIfAbsent(id, TracedEvent::new);
        if (events.size() > EVENTS_MAX && events.pollFirstEntry() != null) dropped.incrementAndGet();
        return known;
    }

    public void add(TraceStep step) {
        synchronized (steps) {
            if (steps.size() == STEPS_MAX) {
                steps.removeFirst();
                dropped.incrementAndGet();
            }
            steps.add(step);
        }
    }
}
