package dev.sluice.server.auth.identity;

import dev.sluice.core.budget.FairShare;
import dev.sluice.server.auth.identity.PasswordLogins.Attempt;
import dev.sluice.server.limit.CallerQueue;
import dev.sluice.server.limit.ClientKey;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Checks passwords on separate threads, because each check occupies a processor for 50 ms and takes 19 MiB. At
/// most half of the processors do this, so that publishes continue. Further checks wait in a short queue, which
/// serves addresses in turn. May be used from any thread.
final class PasswordChecks {
    private static final System.Logger LOG = System.getLogger(PasswordChecks.class.getName());

    /// The last check in the queue waits for less than a second.
    static final int WAITING_MAX = 16;

    private static final int CONCURRENT_MAX = 2;

    private final CallerQueue queue = new CallerQueue(
            Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, CONCURRENT_MAX),
            WAITING_MAX,
            new FairShare(FairShare.PERCENT_DEFAULT));

    private final ThreadFactory threads;

    PasswordChecks() {
        this(Thread.ofPlatform().name("sluice-login").daemon().factory());
    }

    /// @param threads makes a thread for each check
    PasswordChecks(ThreadFactory threads) {
        this.threads = threads;
    }

    /// @param check called once, on its own thread, if it is [taken][CallerQueue.Outcome#TAKEN]
    /// @param onEnd called once with its result if it is taken, even if it could not begin or has failed
    CallerQueue.Outcome submit(Optional<ClientKey> caller, Supplier<Attempt> check, Consumer<Attempt> onEnd) {
        return queue.submit(caller, () -> {
            try {
                threads.newThread(() -> run(check, onEnd)).start();
            } catch (Throwable failed) {
                onEnd.accept(undecided(failed)); // If this fails, too, the queue frees the place.
                queue.done();
            }
        });
    }

    private void run(Supplier<Attempt> check, Consumer<Attempt> onEnd) {
        Attempt attempt;
        try {
            attempt = check.get();
        } catch (Throwable failed) { // For example an error of memory.
            attempt = undecided(failed);
        }
        try {
            onEnd.accept(attempt);
        } finally {
            queue.done();
        }
    }

    private static Attempt undecided(Throwable failed) {
        LOG.log(System.Logger.Level.ERROR, "a password can't be checked", failed);
        return new Attempt.Undecided();
    }
}
