package dev.sluice.server.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.server.http.head.Problem;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class FailedDeletionTest {
    @AutoClose
    private final LoggedLines logged = new LoggedLines(ChannelRoutes.class);

    @Test
    void aDeletionThatAClusterRefusesIsNotLogged() {
        for (RuntimeException each :
                List.of(new NotPublishedException("No majority."), new UnknownOutcomeException("No answer."))) {
            Problem problem = ChannelRoutes.failed(new CompletionException(each), "Again.");
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
        }
        assertThat(logged.records()).isEmpty();
    }

    @Test
    void anyOtherCauseIsLogged() {
        assertThat(ChannelRoutes.failed(new IllegalStateException("the disk is gone"), "Again.")
                        .headers())
                .containsEntry("Retry-After", "1");
        assertThat(logged.records()).hasSize(1);
    }
}
