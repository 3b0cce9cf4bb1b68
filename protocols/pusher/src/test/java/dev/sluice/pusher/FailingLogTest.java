package dev.sluice.pusher;

import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A log that is full, or fails to store.
final class FailingLogTest {
    private static final String EVENT = "{\"name\":\"lost\",\"channel\":\"private-x\",\"data\":\"1\"}";

    private enum Fault {
        FULL,
        WRITE
    }

    private static final class FailingLog extends ForwardingLog {
        private volatile @Nullable Fault fault;

        FailingLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public CompletionStage<AppendResult> append(Publication publication) {
            return switch (fault) {
                case null -> super.append(publication);
                case FULL -> CompletableFuture.completedStage(full());
                case WRITE -> failed();
            };
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            return switch (fault) {
                case null -> super.appendAll(publications);
                case FULL -> CompletableFuture.completedStage(new AppendResult.Batch.None(0, full()));
                case WRITE -> failed();
            };
        }

        private static AppendResult full() {
            return new AppendResult.Full("The disk is full.");
        }

        private static <T> CompletionStage<T> failed() {
            return CompletableFuture.failedStage(new IllegalStateException("Input/output error"));
        }
    }

    @Test
    void refuseWhatIsNotStoredAndShowNothingOfIt() throws Exception {
        var log = new FailingLog();
        var server = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        server.port(0);
        try (var hub = PusherHub.on(server, SHOP, "", PusherSettings.standard());
                var alice = hub.connect();
                var bob = hub.connect()) {
            alice.subscribePrivate("private-x");
            bob.subscribePrivate("private-x");
            alice.signIn("alice");
            for (Fault each : Fault.values()) {
                log.fault = each;
                for (String operation : List.of("events", "batch_events", "users/alice/terminate_connections")) {
                    String body = operation.equals("batch_events") ? "{\"batch\":[" + EVENT + "]}" : EVENT;
                    assertThat(hub.post(operation, body).statusCode())
                            .as(each + " " + operation)
                            .isEqualTo(503);
                }
                bob.clientEvent("client-lost", "private-x", 1);
                bob.expect("pusher:error");
            }
            log.fault = null;
            alice.expectNothing();
            hub.trigger("private-x", "stored", "1");
            alice.expect("stored");
            bob.expect("stored");
            assertThat(hub.post("users/alice/terminate_connections", "").statusCode())
                    .isEqualTo(200);
            assertThat(alice.closeCode()).isEqualTo(4009);
        }
    }
}
