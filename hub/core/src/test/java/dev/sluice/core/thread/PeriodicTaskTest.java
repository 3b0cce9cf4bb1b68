package dev.sluice.core.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PeriodicTaskTest {
    @Test
    void continuesAfterAFailureUntilTheTaskIsDone() {
        var failure = new StackOverflowError();
        List<Throwable> reported = new ArrayList<>();
        int[] turns = {0};
        PeriodicTask.run(
                Duration.ZERO,
                failed -> {
                    reported.add(failed);
                    throw new IllegalArgumentException("it can't be logged");
                },
                () -> {
                    if (++turns[0] == 2) throw failure;
                    return turns[0] < 5;
                });
        assertThat(reported).containsExactly(failure);
        assertThat(turns[0]).isEqualTo(5);
    }

    @Test
    void endsWhenItsThreadIsInterrupted() {
        int[] turns = {0};
        PeriodicTask.run(Duration.ofDays(1), failed -> {}, () -> {
            turns[0]++;
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the turn failed because of that");
        });
        assertThat(turns[0]).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
    }
}
