package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.Reason;
import dev.sluice.sense.config.HostAndPort;
import dev.sluice.sense.text.LogField;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Decides whether this machine's network works by connecting to several addresses elsewhere: one that
/// accepts is enough. Asked when a check fails, so that an outage of this network is not reported as an
/// outage of each target.
///
/// Addresses that have never answered prove nothing, for example behind a firewall that blocks them.
public final class Witness {
    private static final System.Logger LOG = System.getLogger(Witness.class.getName());

    /// A result is reused for this time, because many checks fail at once without a network.
    private static final long FRESH_MS = 2_000;

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final Supplier<List<HostAndPort>> addresses;
    private final Network network;
    private final LongSupplier clockMs;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<HostAndPort> asked = List.of();
    private long askedMs;
    private volatile boolean hasAnswered;
    private volatile String problem = "";

    /// @param addresses if empty, the network counts as up
    /// @param clockMs   milliseconds that never go back
    public Witness(Supplier<List<HostAndPort>> addresses, Network network, LongSupplier clockMs) {
        this.addresses = addresses;
        this.network = network;
        this.clockMs = clockMs;
    }

    /// Returns whether the network of this machine is known to be down. May wait for some seconds. While no address
    /// answers, one caller at a time asks again, and the others take the last result.
    boolean isNetworkDown() throws InterruptedException {
        if (problem.isEmpty()) lock.lockInterruptibly();
        else if (!lock.tryLock()) return wasDown();
        try {
            return look();
        } finally {
            lock.unlock();
        }
    }

    /// Asks the addresses if nobody has yet, so that their silence proves something later, and if none answered when
    /// they were asked last. May wait for some seconds, as one caller at a time.
    void refresh() throws InterruptedException {
        boolean isKnown = problem.isEmpty() && addresses.get().equals(asked);
        if (isKnown || !lock.tryLock()) return;
        try {
            look();
        } finally {
            lock.unlock();
        }
    }

    private boolean look() throws InterruptedException {
        List<HostAndPort> all = addresses.get();
        boolean isFresh = all.equals(asked) && clockMs.getAsLong() - askedMs < FRESH_MS;
        if (!isFresh) ask(all);
        return wasDown();
    }

    /// Returns whether the network was down when the witnesses were asked last. Does not wait.
    boolean wasDown() {
        return hasAnswered && !problem.isEmpty();
    }

    private void ask(List<HostAndPort> all) throws InterruptedException {
        if (!all.equals(asked)) hasAnswered = false;
        String failure = all.isEmpty() ? "" : failure(all);
        if (Thread.interrupted()) throw new InterruptedException();
        if (!failure.isEmpty() && problem.isEmpty())
            LOG.log(Level.WARNING, "no witness of the network answers reason=" + LogField.quoted(failure));
        if (failure.isEmpty() && !problem.isEmpty()) LOG.log(Level.INFO, "a witness of the network answers again");
        hasAnswered |= failure.isEmpty() && !all.isEmpty();
        problem = failure;
        asked = all;
        askedMs = clockMs.getAsLong();
    }

    /// Returns why none answers; empty if one does.
    private String failure(List<HostAndPort> all) {
        String last = "";
        for (HostAndPort each : all) {
            try {
                network.connect(each.host(), each.port(), TIMEOUT).close();
                return "";
            } catch (IOException failed) {
                last = each + ": " + Reason.of(failed);
            }
        }
        return last;
    }

    /// Returns why no witness answered when they were asked last, in a few words; empty if one did.
    String problem() {
        return problem;
    }
}
