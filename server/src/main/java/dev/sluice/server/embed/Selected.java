package dev.sluice.server.embed;

import dev.sluice.Channels;
import dev.sluice.Handler;
import dev.sluice.Subscription;
import dev.sluice.Task;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Start;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Channels that a program wants to follow, and from where.
public record Selected(
        Hub hub, Threads threads, dev.sluice.core.delivery.Subscription asked, Handler<Gap> gapHandler, Task endTask)
        implements Channels {
    private static final System.Logger LOG = System.getLogger(Selected.class.getName());

    /// All that comes to these, from now on.
    ///
    /// @throws IllegalArgumentException if one of them is no name or pattern
    public static Selected of(Hub hub, Threads threads, String... patterns) {
        return new Selected(
                hub,
                threads,
                dev.sluice.core.delivery.Subscription.latest(Selection.of(patterns)),
                gap -> LOG.log(Level.WARNING, "a subscription misses events reason=" + gap.reason()),
                () -> {});
    }

    @Override
    public Channels latest() {
        return from(new From.At(new Start.Latest()));
    }

    @Override
    public Channels earliest() {
        return from(new From.At(new Start.Earliest()));
    }

    @Override
    public Channels last(int count) {
        if (count < 0) throw new IllegalArgumentException("count is 0 or more, was " + count);
        return from(new From.At(new Start.Last(count)));
    }

    @Override
    public Channels since(Instant time) {
        return from(new From.At(new Start.Since(Math.max(0, time.toEpochMilli()))));
    }

    @Override
    public Channels snapshot() {
        return from(new From.Snapshot());
    }

    @Override
    public Channels after(Cursor cursor) {
        return after(cursor.text());
    }

    @Override
    public Channels after(String cursor) {
        return from(new From.Resume(cursor));
    }

    private Selected from(From from) {
        return new Selected(hub, threads, asked.from(from), gapHandler, endTask);
    }

    @Override
    public Channels types(String... types) {
        List.of(types).forEach(EventType::checkForm);
        var typed = new dev.sluice.core.delivery.Subscription(
                asked.selection(), Set.of(types), asked.from(), asked.conflate(), asked.coalesce(), asked.gapFails());
        return new Selected(hub, threads, typed, gapHandler, endTask);
    }

    @Override
    public Channels onGap(Handler<Gap> handler) {
        return new Selected(hub, threads, asked, handler, endTask);
    }

    @Override
    public Channels onEnd(Task task) {
        return new Selected(hub, threads, asked, gapHandler, task);
    }

    @Override
    public Subscription subscribe(Handler<Event> handler) {
        return Follower.begin(this, handler);
    }
}
