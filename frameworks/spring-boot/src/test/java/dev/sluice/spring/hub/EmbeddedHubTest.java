package dev.sluice.spring.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Channel;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.spring.PublishFailedException;
import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.SluicePublication;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class EmbeddedHubTest {
    private static final int MEBIBYTE = 1 << 20;

    private final CountDownLatch isAnswering = new CountDownLatch(1);

    /// A hub whose log answers when it may.
    private Sluice slow() {
        Channel channel = proxy(Channel.class, () -> {
            isAnswering.await();
            return new PublishResult.Stored("e-1");
        });
        return proxy(Sluice.class, () -> channel);
    }

    private interface Answer {
        Object get() throws InterruptedException;
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, _, _) -> answer.get()));
    }

    @Test
    @Timeout(60)
    void refusesEventsBeyondSixteenMebibytesThatWait() throws Exception {
        try (var hub = new EmbeddedHub(slow())) {
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 15; i++) waiting.add(hub.publishLater(event(MEBIBYTE)));
            var refused = hub.publishLater(event(2 * MEBIBYTE));
            assertThatThrownBy(() -> refused.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(PublishFailedException.class)
                    .hasMessageContaining("Too many events wait");
            isAnswering.countDown();
            for (var each : waiting) assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo("e-1");
            assertThat(hub.publishLater(event(15 * MEBIBYTE)).get(60, TimeUnit.SECONDS))
                    .isEqualTo("e-1");
        }
    }

    @Test
    @Timeout(60)
    void hasRoomAgainOnceEventsAreStoredWhoseFuturesWereCancelled() throws Exception {
        try (var hub = new EmbeddedHub(slow())) {
            for (int i = 0; i < 15; i++) hub.publishLater(event(MEBIBYTE)).cancel(true);
            isAnswering.countDown();
            assertThat(hub.publishLater(event(1)).get(60, TimeUnit.SECONDS)).isEqualTo("e-1"); // The last of them.
            assertThat(hub.publishLater(event(15 * MEBIBYTE)).get(60, TimeUnit.SECONDS))
                    .isEqualTo("e-1");
        }
    }

    @Test
    @Timeout(60)
    void failsWhatIsHandedOverAfterItsEndAndReportsIt() {
        var hub = new EmbeddedHub(slow());
        hub.close();
        for (int i = 0; i < 2; i++) {
            assertThat(hub.publishLater(event(15 * MEBIBYTE)))
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withMessageContaining("The hub is closed");
        }
    }

    @Test
    @Timeout(60)
    void doesNotWaitForEverForALogThatDoesNotAnswer() throws Exception {
        var hub = new EmbeddedHub(slow(), Duration.ofMillis(50));
        var waiting = hub.publishLater(event(1));

        hub.close();

        assertThat(waiting).isNotDone();
        isAnswering.countDown();
        assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("e-1");
    }

    @Test
    @Timeout(60)
    void reportsTheEndOfASubscriptionWhoseStartIsNotFound() throws Exception {
        var log = MemoryLog.builder(InstantSource.system())
                .limits(limits -> limits.lookMax(50).searchMax(500))
                .open();
        try (var sluice = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN)
                        .port(0)
                        .withoutShutdownHook()
                        .start();
                var hub = new EmbeddedHub(sluice)) {
            for (int i = 0; i < 1_000; i++) sluice.channel("orders").publish("x");
            var ended = new CompletableFuture<@Nullable Throwable>();
            var reader = new SluiceHub.Reader() {
                @Override
                public void event(SluiceEvent event) {
                    throw new AssertionError(event);
                }

                @Override
                public void ended(@Nullable Throwable failure) {
                    ended.complete(failure);
                }
            };
            var selection = new Selection(List.of("orders"), new Selection.Start.Last(10), List.of("rare"));
            try (var subscription = hub.subscribe(selection, reader)) {
                assertThat(subscription).isNotNull();
                assertThat(ended.get(60, TimeUnit.SECONDS)).hasMessageContaining("searching took too long");
            }
        }
    }

    @Test
    @Timeout(60)
    void leavesNothingBehindOfASubscriptionWhosePlaceIsNotTaken() throws Exception {
        try (var sluice = Sluice.inMemory().port(0).withoutShutdownHook().start();
                var hub = new EmbeddedHub(sluice)) {
            var reader = new SluiceHub.Reader() {
                @Override
                public void event(SluiceEvent event) {
                    throw new AssertionError(event);
                }

                @Override
                public void position(String cursor) {
                    throw new IllegalStateException("not stored");
                }

                @Override
                public void ended(@Nullable Throwable failure) {
                    throw new AssertionError(failure);
                }
            };
            assertThatThrownBy(() -> hub.subscribe(Selection.of("orders"), reader))
                    .hasMessage("not stored");
            while (sluice.running() > 0) Thread.sleep(5); // Ends with the timeout's interrupt.
        }
    }

    private static SluicePublication event(int bytes) {
        return new SluicePublication("orders", "text/plain", new byte[bytes], null, null, null, false);
    }
}
