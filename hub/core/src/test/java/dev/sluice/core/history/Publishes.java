package dev.sluice.core.history;

import dev.sluice.core.history.Publish.Answer;
import dev.sluice.core.history.Publish.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The recorded publishes of the clients of one channel. May be used by several threads.
public final class Publishes {
    private final List<Publish> publishes = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int acknowledged;
    private long longestNs;

    public synchronized void add(
            String connection, String value, @Nullable Condition condition, long beganNs, Answer answer) {
        long nowNs = System.nanoTime();
        publishes.add(new Publish(connection, value, condition, beganNs, nowNs, answer));
        if (!(answer instanceof Answer.Acknowledged)) return;
        acknowledged++;
        longestNs = Math.max(longestNs, nowNs - beganNs);
        notifyAll();
    }

    /// An observation that no client may make.
    public synchronized void fault(String fault) {
        faults.add(fault);
        notifyAll();
    }

    /// Waits for further acknowledged events.
    ///
    /// @throws AssertionError if they take longer, or a client has made a forbidden observation
    public synchronized void awaitMore(int events, long seconds) throws InterruptedException {
        int until = acknowledged + events;
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (acknowledged < until && faults.isEmpty()) {
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0)
                throw new AssertionError(
                        "%d of %d publishes in %d s".formatted(acknowledged - until + events, events, seconds));
            wait(leftMs);
        }
        requireNoFaults();
    }

    /// @throws AssertionError if a client has seen what it may not
    public synchronized void requireNoFaults() {
        if (!faults.isEmpty()) throw new AssertionError(faults.toString());
    }

    public synchronized List<Publish> all() {
        return List.copyOf(publishes);
    }

    public synchronized int acknowledged() {
        return acknowledged;
    }

    /// The longest time that an acknowledgement took, with all repetitions.
    public synchronized long longestMs() {
        return TimeUnit.NANOSECONDS.toMillis(longestNs);
    }
}
