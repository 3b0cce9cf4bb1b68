package dev.sluice.mercure;

import static dev.sluice.mercure.MercureHub.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.log.FailingLog;
import dev.sluice.core.log.FailingLog.Fault;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// A log that refuses what clients publish, or fails.
final class FailingLogTest {
    private final FailingLog log = new FailingLog();

    private MercureHub hub() {
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        return MercureHub.on(hub, settings -> settings.anonymous().subscriptions());
    }

    @Test
    void refusesAnUpdateThatWasNotStoredAndSendsNothingOfIt() throws Exception {
        try (var mercure = hub();
                var reader = mercure.read("topic", "a")) {
            log.fail(Fault.WRITE);
            assertThat(mercure.post(ALL, "topic", "a", "data", "lost").statusCode())
                    .isEqualTo(503);
            log.fail(Fault.FULL);
            var full = mercure.post(ALL, "topic", "a", "data", "refused");
            assertThat(full.statusCode()).isEqualTo(507);
            assertThat(full.body()).contains("The disk is full.");
            log.fail(null);
            mercure.publish("topic", "a", "data", "stored");
            assertThat(reader.data()).isEqualTo("stored");
        }
    }

    @Test
    void logsThatSubscriptionEventsAreLostOnceUntilTheyAreStoredAgain() throws Exception {
        BlockingQueue<String> logged = new LinkedBlockingQueue<>();
        Logger logger = Logger.getLogger(Subscriptions.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try (var mercure = hub();
                var watcher = mercure.readWith(ALL, "topic", "*")) {
            assertThat(watcher.data()).contains("\"active\":true");
            log.fail(Fault.FULL);
            try (var first = mercure.read("topic", "a");
                    var second = mercure.read("topic", "b")) {
                assertThat(logged.poll(30, TimeUnit.SECONDS)).contains("subscription events", "The disk is full.");
                first.awaitComment();
                second.awaitComment();
                log.fail(null);
                try (var third = mercure.read("topic", "c")) {
                    assertThat(watcher.data()).contains("\"topic\":\"c\"", "\"active\":true");
                    assertThat(third.status()).isEqualTo(200);
                }
            }
            assertThat(logged).isEmpty();
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void asksSubscribersToTryAgainWhileTheLogCannotBeRead() throws Exception {
        try (var mercure = hub()) {
            mercure.publish("topic", "a", "data", "1");
            log.fail(Fault.READ);
            for (String id : List.of("", "earliest", "own"))
                assertThat(mercure.send("GET", "?topic=a&lastEventID=" + id, "").statusCode())
                        .as(id)
                        .isEqualTo(503);
            assertThat(mercure.send("GET", "/subscriptions", "", "Authorization", "Bearer " + ALL)
                            .statusCode())
                    .isEqualTo(503);
            log.fail(null);
            try (var reader = mercure.read("topic", "a", "lastEventID", "earliest")) {
                assertThat(reader.data()).isEqualTo("1");
            }
        }
    }
}
