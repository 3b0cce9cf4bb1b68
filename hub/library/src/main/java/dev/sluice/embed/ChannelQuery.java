package dev.sluice.embed;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import dev.sluice.Handler;
import dev.sluice.Subscription;
import dev.sluice.Task;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.encoding.LogField;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Start;
import dev.sluice.embed.handler.Threads;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// A selection of channels and a starting point, from which a program subscribes.
record ChannelQuery(
        Hub hub,
        Threads threads,
        dev.sluice.core.delivery.stream.SubscriptionSpec subscription,
        Handler<Gap> gapHandler,
        Task endTask)
        implements Channels {
    private static final System.Logger LOG = System.getLogger(ChannelQuery.class.getName());

    /// Selects all events that are published to these channels from now on.
    ///
    /// @throws IllegalArgumentException if one of them is not a valid name or pattern
    static ChannelQuery of(Hub hub, Threads threads, String... patterns) {
        return new ChannelQuery(
                hub,
                threads,
                dev.sluice.core.delivery.stream.SubscriptionSpec.latest(Selection.of(patterns)),
                gap -> LOG.log(Level.WARNING, "a subscription misses events reason=" + LogField.quoted(gap.reason())),
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
        if (count < 0) throw new IllegalArgumentException("count must be 0 or more, was " + count);
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
    public Channels after(String cursor) {
        return from(new From.Resume(cursor));
    }

    ChannelQuery from(From from) {
        return new ChannelQuery(hub, threads, subscription.from(from), gapHandler, endTask);
    }

    @Override
    public Channels types(String... types) {
        List.of(types).forEach(EventType::checkSyntax);
        var typed = new dev.sluice.core.delivery.stream.SubscriptionSpec(
                subscription.selection(),
                Set.of(types),
                subscription.from(),
                subscription.conflate(),
                subscription.coalesce(),
                subscription.gapFails());
        return new ChannelQuery(hub, threads, typed, gapHandler, endTask);
    }

    @Override
    public Channels onGap(Handler<Gap> handler) {
        return new ChannelQuery(hub, threads, subscription, handler, endTask);
    }

    @Override
    public Channels onEnd(Task task) {
        return new ChannelQuery(hub, threads, subscription, gapHandler, task);
    }

    @Override
    public EventPage read(int limit, Duration wait) throws InterruptedException {
        if (limit < 1) throw new IllegalArgumentException("limit must be 1 or more, was " + limit);
        if (wait.isNegative()) throw new IllegalArgumentException("the time must not be negative, was " + wait);
        return PageRead.read(this, limit, wait.toMillis());
    }

    @Override
    public Subscription subscribe(Handler<Event> handler) {
        return ChannelFollower.begin(this, handler);
    }
}
