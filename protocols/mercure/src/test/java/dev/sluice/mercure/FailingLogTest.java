package dev.sluice.mercure;

import static dev.sluice.mercure.MercureHub.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.LoggedLines;
import dev.sluice.core.log.FailingLog;
import dev.sluice.core.log.FailingLog.Fault;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.util.List;
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
        try (var logged = new LoggedLines(Subscriptions.class);
                var mercure = hub();
                var watcher = mercure.readWith(ALL, "topic", "*")) {
            assertThat(watcher.data()).contains("\"active\":true");
            log.fail(Fault.FULL);
            try (var first = mercure.read("topic", "a");
                    var second = mercure.read("topic", "b")) {
                assertThat(logged.next()).contains("subscription events", "The disk is full.");
                first.awaitComment();
                second.awaitComment();
                log.fail(null);
                try (var third = mercure.read("topic", "c")) {
                    assertThat(watcher.data()).contains("\"topic\":\"c\"", "\"active\":true");
                    assertThat(third.status()).isEqualTo(200);
                }
            }
            assertThat(logged.lines()).hasSize(1);
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
