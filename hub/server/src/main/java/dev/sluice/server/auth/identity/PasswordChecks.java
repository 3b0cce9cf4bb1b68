package dev.sluice.server.auth.identity;

import dev.sluice.core.budget.FairShare;
import dev.sluice.server.limit.CallerQueue;
import dev.sluice.server.limit.ClientKey;
import java.util.Optional;

/// Checks passwords on separate threads, because each check occupies a processor for 50 ms and takes 19 MiB. At
/// most half of the processors do this, so that publishes continue. Further checks wait in a short queue, which
/// serves addresses in turn. May be used from any thread.
final class PasswordChecks {
    /// The last check in the queue waits for less than a second.
    static final int WAITING_MAX = 16;

    private static final int CONCURRENT_MAX = 2;

    private final CallerQueue queue = new CallerQueue(
            Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, CONCURRENT_MAX),
            WAITING_MAX,
            new FairShare(FairShare.PERCENT_DEFAULT));

    /// @param check called once, on its own thread, if it is [taken][CallerQueue.Outcome#TAKEN]
    CallerQueue.Outcome submit(Optional<ClientKey> caller, Runnable check) {
        return queue.submit(
                caller, () -> Thread.ofPlatform().name("sluice-login").daemon().start(() -> run(check)));
    }

    private void run(Runnable check) {
        try {
            check.run();
        } finally {
            queue.done();
        }
    }
}
