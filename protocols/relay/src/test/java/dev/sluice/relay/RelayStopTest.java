package dev.sluice.relay;

import static dev.sluice.relay.RelayHub.ASKED;
import static dev.sluice.relay.RelayHub.CHAT;
import static dev.sluice.relay.RelayHub.CLIENT;
import static dev.sluice.relay.RelayHub.DONE;
import static dev.sluice.relay.RelayHub.PATIENCE;
import static dev.sluice.relay.RelayHub.channel;
import static dev.sluice.relay.RelayHub.chunk;
import static dev.sluice.relay.RelayHub.end;
import static dev.sluice.relay.RelayHub.events;
import static dev.sluice.relay.RelayHub.post;
import static dev.sluice.relay.RelayHub.started;
import static dev.sluice.relay.RelayHub.stop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Sluice;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// An answer that is stopped or deleted while its model writes.
final class RelayStopTest {
    @Test
    void closesTheCallWhenItsAnswerIsStoppedBeforeTheFirstToken() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.writeUntilClosed();
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            StubProvider.Call call = provider.next();

            assertThat(stop(hub, channel(reader)).isStored()).isTrue();

            assertThat(call.ended).failsWithin(PATIENCE);
            assertThat(new String(reader.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("stopped");
            assertThat(end(hub, channel(reader))).contains("stopped", "ada");
        }
    }

    @Test
    void writesNothingAfterAStopInMidAnswer() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    call.await();
                    call.write(chunk("lo", "\"stop\"") + DONE);
                    call.writeUntilClosed();
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            StubProvider.Call call = provider.next();
            EventPage page = hub.channels(channel(reader)).earliest().read(10, PATIENCE);
            while (page.events().size() < 2)
                page = hub.channels(channel(reader)).earliest().read(10, PATIENCE);

            stop(hub, channel(reader));
            call.goOn();

            assertThat(call.ended).failsWithin(PATIENCE);
            assertThat(events(hub, channel(reader)))
                    .extracting(Event::type)
                    .containsExactly("start", "chat.completion.chunk", "end");
        }
    }

    @Test
    void endsTheCallOfADeletedAnswerAndDoesNotRevive() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null"));
                    call.await();
                    call.write(chunk("secret", "null"));
                    call.writeUntilClosed();
                });
                Sluice hub = started(Sluice.inMemory(), provider)) {
            HttpResponse<InputStream> reader = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
            StubProvider.Call call = provider.next();
            hub.channels(channel(reader)).earliest().read(1, PATIENCE);

            hub.channel(channel(reader)).delete();
            call.goOn();

            assertThat(call.ended).failsWithin(PATIENCE);
            reader.body().close();
            assertThat(hub.channel(channel(reader)).latest()).isEmpty();
        }
    }

    @Test
    void endsOnceHoweverManyEndIt() throws Exception {
        try (var provider = new StubProvider(RelayHub::hello);
                Sluice hub = started(Sluice.inMemory(), provider)) {
            for (int i = 0; i < 50; i++) {
                HttpResponse<InputStream> reader = CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream());
                stop(hub, channel(reader));
                assertThat(events(hub, channel(reader)))
                        .extracting(Event::type)
                        .containsOnlyOnce("end")
                        .last()
                        .isEqualTo("end");
                reader.body().close();
            }
        }
    }
}
