package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.UnknownOutcomeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A log that can't apply anything because a disk does not answer.
final class HeldUpLogTest {
    private static final int DEADLINE_SECONDS = 60;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final TestClock clock = new TestClock();
    private final CountDownLatch disk = new CountDownLatch(1);
    private final ReplicatedLog log =
            MemoryNode.log(new ReplicatedLog.Identity(1, 1), MemoryNode.NOWHERE, clock, TIMEOUT);

    @AfterEach
    void close() {
        disk.countDown();
        log.close();
    }

    /// Returns once the log waits for the disk.
    private void holdUp() throws InterruptedException {
        var waits = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(() -> log.save(() -> {
                    waits.countDown();
                    try {
                        disk.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt(); // The test is over.
                    }
                }));
        assertThat(waits.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /// Other nodes ask for it each second, and have a limited number of connections.
    @Test
    void tellsItsDigestMeanwhile() throws Exception {
        log.placed(new Order.Position(1, 1), 0, new byte[0]);
        holdUp();
        var digest = CompletableFuture.supplyAsync(() -> log.digestAt(1));
        assertThat(digest.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void answersPublishesInTimeMeanwhile() throws Exception {
        log.startExpiry();
        holdUp();
        Thread.ofVirtual().start(log::maintain); // Waits for the disk, too.
        Draft draft = Draft.event(new ChannelName("a"), "message", Contents.text("x"));
        var publish = log.append(new Publication(draft, Conditions.NONE)).toCompletableFuture();
        clock.advance(TIMEOUT);
        assertThatThrownBy(() -> publish.get(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .hasCauseInstanceOf(UnknownOutcomeException.class);
    }
}
