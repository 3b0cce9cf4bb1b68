package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.server.http.head.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class AppendResponsesTest {
    @AutoClose
    private final LoggedLines logged = new LoggedLines(AppendResponses.class);

    @Test
    void aCauseOfFailuresIsLoggedOnceInOneLine() {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            problems.add(
                    AppendResponses.failed(new CompletionException(new IllegalStateException("the disk is on fire"))));
        }
        assertThat(problems).allSatisfy(each -> {
            assertThat(each.status()).isEqualTo(503);
            assertThat(each.headers()).containsEntry("Retry-After", "1");
        });
        assertThat(logged.records()).singleElement().satisfies(each -> {
            assertThat(each.getMessage()).contains("the disk is on fire").hasLineCount(1);
            assertThat(each.getThrown()).isNull();
        });
        AppendResponses.failed(new IllegalStateException("the disk is gone"));
        assertThat(logged.records()).hasSize(2);
    }

    @Test
    void aPublishThatAClusterRefusesIsNotLogged() {
        Problem problem = AppendResponses.failed(new NotPublishedException("This node has stopped."));
        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.headers()).containsEntry("Retry-After", "1");
        assertThat(logged.records()).isEmpty();
    }

    @Test
    void causesAreLoggedUpToALimit() {
        var causes = new LoggedCauses();
        for (int i = 0; i < LoggedCauses.MAX; i++)
            assertThat(causes.add(new IllegalStateException("at " + i))).isTrue();
        assertThat(causes.add(new IllegalStateException("at 100"))).isFalse();
    }

    @Test
    void aPublishThatIsTooLargeForTheClusterIsNotToBeRepeated() {
        Problem problem = AppendResponses.failed(
                new CompletionException(new NotPublishedException("A cluster takes 16 MiB.", true)));
        assertThat(problem.status()).isEqualTo(413);
        assertThat(problem.detail()).isEqualTo("A cluster takes 16 MiB.");
        assertThat(problem.headers()).doesNotContainKey("Retry-After");
        assertThat(logged.records()).isEmpty();
    }
}
