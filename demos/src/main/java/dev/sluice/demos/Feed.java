package dev.sluice.demos;

import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Publishes to a channel of a hub, over and over, while somebody is in it and not much longer: the hub and its
/// log are somebody else's. Who is in it is the hub's own word, on `$presence/…`.
final class Feed implements AutoCloseable {
    /// So soon whoever has come is told of.
    private static final Duration COMING = Duration.ofSeconds(5);

    private final Sluice hub;
    private final String channel;
    private final Duration period;
    private final Supplier<Message> next;
    private @Nullable Thread publisher;
    private long wokenNs;
    private boolean isClosed;

    /// @param next what to publish now
    Feed(Sluice hub, String channel, Duration period, Supplier<Message> next) {
        this.hub = hub;
        this.channel = channel;
        this.period = period;
        this.next = next;
    }

    /// Somebody has come.
    synchronized void wake() {
        if (isClosed) return;
        wokenNs = System.nanoTime();
        if (publisher != null) return;
        publisher = Thread.ofVirtual().name("sluice feed " + channel).start(this::run);
    }

    private void run() {
        Set<String> here = ConcurrentHashMap.newKeySet();
        var watch = hub.channels("$presence/" + channel).snapshot().subscribe(change -> note(change, here));
        try {
            while (isWanted(here) && hub.channel(channel).publish(next.get()) instanceof Appended.Placed) {
                Thread.sleep(period);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            watch.close();
            ended();
        }
    }

    private static void note(Event change, Set<String> here) {
        String name = change.key();
        if (name == null) return; // Every change is about a member.
        if (change.isKeyEnd()) here.remove(name);
        else here.add(name);
    }

    /// Whoever comes from now on either keeps this going or starts it anew.
    private synchronized boolean isWanted(Set<String> here) {
        if (!here.isEmpty() || System.nanoTime() - wokenNs < COMING.toNanos()) return true;
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
