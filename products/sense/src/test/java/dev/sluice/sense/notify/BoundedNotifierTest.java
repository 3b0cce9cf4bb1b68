package dev.sluice.sense.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Phrase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundedNotifierTest {
    @Test
    void anAttemptThatDoesNotEndHasFailedAndIsInterrupted() throws Exception {
        var interrupted = new CountDownLatch(1);
        var endless = new Notifier() {
            @Override
            public Delivery send(Alert alert) throws InterruptedException {
                try {
                    new CountDownLatch(1).await();
                } finally {
                    interrupted.countDown();
                }
                return new Delivery.Accepted();
            }

            @Override
            public Duration timeout() {
                return Duration.ofMillis(10);
            }
        };
        assertThat(new BoundedNotifier("ops", endless).send(TestAlert.OPENED)).isInstanceOf(Delivery.Failed.class);
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aDefectIsAFailureThatDoesNotRepeatItsMessage() throws Exception {
        Notifier broken = alert -> {
            throw new IllegalArgumentException("Illegal character in path: /bot1:secret/sendMessage");
        };
        assertThat(new BoundedNotifier("ops", broken).send(TestAlert.OPENED))
                .isEqualTo(new Delivery.Failed(Phrase.of("notifier-defect", "IllegalArgumentException")));
    }
}
