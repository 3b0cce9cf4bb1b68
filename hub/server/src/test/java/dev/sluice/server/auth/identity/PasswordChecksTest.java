package dev.sluice.server.auth.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import dev.sluice.server.auth.identity.PasswordLogins.Attempt;
import dev.sluice.server.limit.CallerQueue.Outcome;
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
}
