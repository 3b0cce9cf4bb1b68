package dev.sluice.relay;

import static dev.sluice.relay.RelayHub.ASKED;
import static dev.sluice.relay.RelayHub.CHAT;
import static dev.sluice.relay.RelayHub.CLIENT;
import static dev.sluice.relay.RelayHub.DONE;
import static dev.sluice.relay.RelayHub.PATIENCE;
import static dev.sluice.relay.RelayHub.ask;
import static dev.sluice.relay.RelayHub.channel;
import static dev.sluice.relay.RelayHub.chunk;
import static dev.sluice.relay.RelayHub.end;
import static dev.sluice.relay.RelayHub.post;
import static dev.sluice.relay.RelayHub.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.EventPage;
import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.FailingLog;
import dev.sluice.core.log.FailingLog.Fault;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A log that fails while the relay uses it.
final class FailingLogTest {
    private static Sluice on(Log log, StubProvider provider) {
        return started(EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN), provider);
    }

    @Test
    void passesARefusalOnWhoseAnswerCannotBeDeleted() throws Exception {
        var log = new FailingLog();
        log.fail(Fault.DELETE);
        try (var provider = new StubProvider(call -> call.refuse(429, "slow down"));
                Sluice hub = on(log, provider)) {
            var refused = ask(hub);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).isEqualTo("slow down");
        }
    }

    @Test
    void saysThatTheHubCouldNotStoreAnAnswer() throws Exception {
        var log = new InterruptedLog();
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    call.await();
                    log.failsNext.set(true);
                    call.write(chunk("lo", "\"stop\"") + DONE);
                });
                Sluice hub = on(log, provider)) {
            HttpResponse<InputStream> reader = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            EventPage page = hub.channels(channel(reader)).earliest().read(10, PATIENCE);
            while (page.events().size() < 2)
                page = hub.channels(channel(reader)).earliest().read(10, PATIENCE);
            provider.next().goOn();

            assertThat(end(hub, channel(reader))).contains("\"failed\"", "hub-unavailable");
            assertThat(log.failsNext).isFalse();
        }
    }

    /// Fails to store one batch, as while a cluster has no leader.
    private static final class InterruptedLog extends ForwardingLog {
        final AtomicBoolean failsNext = new AtomicBoolean();

        InterruptedLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            return failsNext.getAndSet(false)
                    ? CompletableFuture.failedStage(new IllegalStateException("there is no leader"))
                    : super.appendAll(publications);
        }
    }
}
