package dev.sluice.server.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.server.http.head.Problem;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FailedDeletionTest {
    private static final Logger LOG = Logger.getLogger(ChannelRoutes.class.getName());

    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void close() {
        LOG.removeHandler(handler);
    }

    @Test
    void aDeletionThatAClusterRefusesIsNotLogged() {
        for (RuntimeException each :
                List.of(new NotPublishedException("No majority."), new UnknownOutcomeException("No answer."))) {
            Problem problem = ChannelRoutes.failed(new CompletionException(each), "Again.");
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void anyOtherCauseIsLogged() {
        assertThat(ChannelRoutes.failed(new IllegalStateException("the disk is gone"), "Again.")
                        .headers())
                .containsEntry("Retry-After", "1");
        assertThat(logged).hasSize(1);
    }
}
