package dev.sluice.mercure;

import static dev.sluice.mercure.MercureHub.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Start;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A log that refuses what clients publish, or fails.
final class FailingLogTest {
    private enum Fault {
        FULL,
        WRITE,
        READ
    }

    private static final class FailingLog extends ForwardingLog {
        private volatile @Nullable Fault fault;

        FailingLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            if (fault == Fault.WRITE) return failed();
            if (fault != Fault.FULL) return super.appendAll(publications);
            return CompletableFuture.completedStage(
                    new AppendResult.Batch.None(0, new AppendResult.Full("The disk is full.")));
        }

        @Override
        public CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter) {
            return fault == Fault.READ ? failed() : super.locate(start, selection, filter);
        }

        private static <T> CompletionStage<T> failed() {
            return CompletableFuture.failedStage(new IllegalStateException("Input/output error"));
        }
    }

    private final FailingLog log = new FailingLog();

    private MercureHub hub() {
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        return MercureHub.on(hub, settings -> settings.anonymous().subscriptions());
    }

    @Test
    void refusesAnUpdateThatWasNotStoredAndSendsNothingOfIt() throws Exception {
        try (var mercure = hub();
                var reader = mercure.read("topic", "a")) {
            log.fault = Fault.WRITE;
            assertThat(mercure.post(ALL, "topic", "a", "data", "lost").statusCode())
                    .isEqualTo(503);
            log.fault = Fault.FULL;
            var full = mercure.post(ALL, "topic", "a", "data", "refused");
            assertThat(full.statusCode()).isEqualTo(507);
            assertThat(full.body()).contains("The disk is full.");
            log.fault = null;
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
            log.fault = Fault.FULL;
            try (var first = mercure.read("topic", "a");
                    var second = mercure.read("topic", "b")) {
                assertThat(logged.poll(30, TimeUnit.SECONDS)).contains("subscription events", "The disk is full.");
                first.awaitComment();
                second.awaitComment();
                log.fault = null;
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
            log.fault = Fault.READ;
            for (String id : List.of("", "earliest", "own"))
                assertThat(mercure.send("GET", "?topic=a&lastEventID=" + id, "").statusCode())
                        .as(id)
                        .isEqualTo(503);
            assertThat(mercure.send("GET", "/subscriptions", "", "Authorization", "Bearer " + ALL)
                            .statusCode())
                    .isEqualTo(503);
            log.fault = null;
            try (var reader = mercure.read("topic", "a", "lastEventID", "earliest")) {
                assertThat(reader.data()).isEqualTo("1");
            }
        }
    }
}
