package dev.sluice.demos;

import dev.sluice.Event;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Publishes to a channel of a hub periodically while the channel has subscribers, so that an idle demo does not fill
/// the hub's log. The subscribers are known from the hub's channel `$presence/…`.
final class Feed implements AutoCloseable {
    /// The time within which the presence channel reports a new subscriber.
    private static final Duration PRESENCE_DELAY_MAX = Duration.ofSeconds(5);

    /// One step of a program that publishes to a channel.
    @FunctionalInterface
    interface Step {
        /// Publishes the events that are due.
        ///
        /// @return false if the hub stores nothing, for example because its log has failed; the feed then
        ///     stops
        boolean run() throws InterruptedException;
    }

    private final Sluice hub;
    private final String channel;
    private final Duration period;
    private final Step step;
    private @Nullable Thread publisher;
    private long wokenNs;
    private boolean isClosed;

    /// @param period the pause between two steps
    Feed(Sluice hub, String channel, Duration period, Step step) {
        this.hub = hub;
        this.channel = channel;
        this.period = period;
        this.step = step;
    }

    /// Starts publishing, because a page has connected.
    synchronized void wake() {
        if (isClosed) return;
        wokenNs = System.nanoTime();
        if (publisher != null) return;
        publisher = Thread.ofVirtual().name("sluice feed " + channel).start(this::run);
    }

    private void run() {
        Set<String> members = ConcurrentHashMap.newKeySet();
        var presence =
                hub.channels("$presence/" + channel).snapshot().subscribe(change -> updateMembers(change, members));
        try {
            while (hasSubscribers(members) && step.run()) Thread.sleep(period);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            presence.close();
            ended();
        }
    }

    private static void updateMembers(Event change, Set<String> members) {
        String name = change.key().orElseThrow(); // Every presence event has a member's name as its key.
        if (change.isRemoved()) members.remove(name);
        else members.add(name);
    }

    /// Returns true if there are subscribers, or if one may still appear. After false, the next [#wake]
    /// starts a new thread.
    private synchronized boolean hasSubscribers(Set<String> members) {
        if (!members.isEmpty() || System.nanoTime() - wokenNs < PRESENCE_DELAY_MAX.toNanos()) return true;
        ended();
        return false;
    }

    private synchronized void ended() {
        if (Thread.currentThread().equals(publisher)) publisher = null;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (publisher != null) publisher.interrupt();
    }
}
