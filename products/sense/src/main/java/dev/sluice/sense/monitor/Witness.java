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

/// Decides whether this machine's network works, by connecting to several external addresses; one accepted
/// connection is enough. Used when a check fails, so that an outage of this network is not reported as an
/// outage of each target.
///
/// Addresses that have never answered prove nothing, for example behind a firewall that blocks them.
public final class Witness {
    private static final System.Logger LOG = System.getLogger(Witness.class.getName());

    /// The time for which a result is reused, because many checks fail at once without a network.
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
    /// @param clockMs   the milliseconds of a monotonic clock
    public Witness(Supplier<List<HostAndPort>> addresses, Network network, LongSupplier clockMs) {
        this.addresses = addresses;
        this.network = network;
        this.clockMs = clockMs;
    }

    /// Returns true if the network of this machine is known to be down. May block for some seconds. While no
    /// address answers, one caller at a time tries them again, and the others use the last result.
    boolean isNetworkDown() throws InterruptedException {
        if (problem.isEmpty()) lock.lockInterruptibly();
        else if (!lock.tryLock()) return wasDown();
        try {
            return look();
        } finally {
            lock.unlock();
        }
    }

    /// Tries the addresses if that has not been done yet, so that their silence is meaningful later, or if
    /// none answered at the last attempt. May block for some seconds; one caller at a time tries.
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

    /// Returns true if the network was down at the last attempt. Does not block.
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

    /// Returns why no address answers; empty if one does.
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

    /// Returns a short reason why no witness answered at the last attempt; empty if one did.
    String problem() {
        return problem;
    }
}
