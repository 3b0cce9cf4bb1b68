package dev.sluice.server.auth.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.TestServer;
import dev.sluice.server.auth.identity.PasswordLogins.Attempt;
import dev.sluice.server.limit.CallerQueue.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PasswordChecksTest {
    private final PasswordChecks checks = new PasswordChecks();

    /// Otherwise the client would wait for an answer, and the next checks for the place.
    @Test
    void reportsChecksThatFailAndGoesOn() throws Exception {
        for (int i = 0; i < 3; i++) { // More than run at a time.
            var ended = new CompletableFuture<Attempt>();
            Outcome outcome = checks.submit(
                    Optional.empty(),
                    () -> {
                        throw new OutOfMemoryError("as this test requires");
                    },
                    ended::complete);
            assertThat(outcome).isEqualTo(Outcome.TAKEN);
            assertThat(ended.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(Attempt.Undecided.class);
        }
    }

    /// The number of further checks that begin while none of them ends.
    private static int begun(List<Runnable> threads, PasswordChecks checks) {
        int before = threads.size();
        for (int i = 0; i < 10; i++) checks.submit(Optional.empty(), Attempt.Failure::new, _ -> {});
        return threads.size() - before;
    }

    @Test
    void runsNoMoreAtATimeAfterOneThatCouldNeitherBeginNorBeReported() {
        List<Runnable> threads = new ArrayList<>();
        var few = new PasswordChecks(task -> {
            if (threads.isEmpty()) {
                threads.add(task);
                throw new OutOfMemoryError("as this test requires");
            }
            threads.add(task);
            return new Thread();
        });
        assertThatThrownBy(() -> few.submit(Optional.empty(), Attempt.Failure::new, _ -> {
                    throw new IllegalStateException("as this test requires");
                }))
                .isInstanceOf(IllegalStateException.class);
        int atATime = begun(threads, few);
        assertThat(atATime).isPositive().isEqualTo(begun(threads, new PasswordChecks(task -> {
            threads.add(task);
            return new Thread();
        })));
    }
}
