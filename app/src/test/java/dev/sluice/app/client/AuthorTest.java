package dev.sluice.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.client.Author;
import dev.sluice.client.End;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.core.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The author of a stream with an end, against a real hub.
final class AuthorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CHANNEL = "answers/7";

    @TempDir
    Path folder;

    private static Sluice hub(Path folder, int port) {
        return Sluice.in(folder)
                .port(port)
                .withoutShutdownHook()
                .set("stop_time", "100ms")
                .start();
    }

    private static Sluice hubForSmallEvents() {
        return Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .set("publish.event_max", "1KiB")
                .start();
    }

    private static List<Event> events(Sluice hub) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        EventPage page = hub.channels(CHANNEL).earliest().read(1_000, PATIENCE);
        while (true) {
            all.addAll(page.events());
            if (page.hasEnded()) return all;
            page = hub.channels(CHANNEL).after(page.cursor()).read(1_000, PATIENCE);
        }
    }

    private static End get(Author author) throws Exception {
        return author.ended().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void hasEndedInAChannelThatEndedBefore() throws Exception {
        try (Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                SluiceClient client = SluiceClient.to(hub.uri().toString())) {
            try (Author first = client.author(CHANNEL)) {
                first.text("one");
                first.done();
            }
            try (Author late = client.author(CHANNEL)) {
                assertThat(get(late).status()).isEqualTo("done");
                assertThat(late.text("two")).isFalse();
            }
            hub.channel("others/7").close();
            try (Author late = client.author("others/7")) {
                assertThat(get(late).status()).isEqualTo("closed");
            }
        }
    }

    @Test
    void appendsInOrderAndEndsOnce() throws Exception {
        try (Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                SluiceClient client = SluiceClient.to(hub.uri().toString());
                Author author = client.author(CHANNEL)) {
            author.append("start", "{\"model\":\n\"m\"}");
            for (int i = 0; i < 5_000; i++) author.text(i + "\n");
            author.append("tool-call", "call-1", "{\"name\":\"weather\"}");
            End end = author.done("{\"tokens\":5000}");
            assertThat(end.status()).isEqualTo("done");
            assertThat(end.usage()).contains("{\"tokens\":5000}");
            assertThat(author.text("1")).isFalse();
            List<Event> events = events(hub);
            assertThat(events).hasSize(5_003);
            for (int i = 0; i < 5_000; i++) assertThat(events.get(i + 1).text()).isEqualTo(i + "\n");
            assertThat(events.get(5_001).key()).contains("call-1");
            assertThat(events.getLast().type()).isEqualTo("end");
            assertThat(hub.channel(CHANNEL).renew(Duration.ofSeconds(15))).isFalse();
        }
    }

    @Test
    void learnsThatAReaderHasStoppedItAndByWhomWhileItIsSilent() throws Exception {
        try (Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                SluiceClient client = SluiceClient.to(hub.uri().toString());
                Author author = client.author(CHANNEL)) {
            author.text("1");
            author.flush();
            hub.channel(CHANNEL)
                    .publish(Message.json(Map.of("status", "stopped", "by", "ada"))
                            .type("end")
                            .closing());
            End end = get(author);
            assertThat(end.status()).isEqualTo("stopped");
            assertThat(end.by()).contains("ada");
            assertThat(author.text("2")).isFalse();
            assertThat(author.done()).isEqualTo(end);
        }
    }

    @Test
    void losesAndRepeatsNothingThroughRestartsOfTheHub() throws Exception {
        int port = Ports.free();
        Sluice hub = hub(folder, port);
        try (SluiceClient client = SluiceClient.to("http://localhost:" + port);
                Author author = client.author(CHANNEL)) {
            for (int i = 0; i < 300; i++) {
                author.text(i + "\n");
                if (i % 100 != 50) continue;
                hub.close();
                hub = hub(folder, port);
            }
            assertThat(author.done().status()).isEqualTo("done");
            List<String> texts = events(hub).stream().map(Event::text).toList();
            assertThat(texts).hasSize(301);
            for (int i = 0; i < 300; i++) assertThat(texts.get(i)).isEqualTo(i + "\n");
        } finally {
            hub.close();
        }
    }

    @Test
    void endsAsFailedIfItsProgramThrows() throws Exception {
        try (Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                SluiceClient client = SluiceClient.to(hub.uri().toString())) {
            Author author = client.author(CHANNEL);
            try (author) {
                author.text("1");
            }
            assertThat(get(author).reason()).contains("aborted");
            assertThat(events(hub).getLast().text()).contains("\"status\":\"failed\"", "aborted");
        }
    }

    @Test
    void waitsWhileItsQueueIsFullAndDropsNothing() throws Exception {
        try (Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                SluiceClient client =
                        SluiceClient.builder(hub.uri()).keptBytesMax(8).build();
                Author author = client.author(CHANNEL)) {
            for (int i = 0; i < 100; i++) assertThat(author.text(i + "\n")).isTrue();
            assertThat(author.done().status()).isEqualTo("done");
            assertThat(events(hub)).hasSize(101);
        }
    }

    @Test
    void endsAsFailedAfterTheEventsBeforeARefusedOne() throws Exception {
        try (Sluice hub = hubForSmallEvents();
                SluiceClient client = SluiceClient.to(hub.uri().toString());
                Author author = client.author(CHANNEL)) {
            author.text("one");
            author.flush();
            for (String piece : List.of("two", "three", "x".repeat(2_000), "four")) author.text(piece);
            assertThatThrownBy(author::done)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("413");
            assertThat(author.text("late")).isFalse();
            List<Event> events = events(hub);
            assertThat(events)
                    .extracting(Event::text)
                    .startsWith("one", "two", "three")
                    .hasSize(4);
            assertThat(events.getLast().text()).contains("\"status\":\"failed\",\"reason\":\"too-large\"");
        }
    }

    @Test
    void isRefusedInTheChannelOfAnotherAuthorWhoGoesOn() throws Exception {
        try (Sluice hub = hubForSmallEvents();
                SluiceClient client = SluiceClient.to(hub.uri().toString());
                Author author = client.author(CHANNEL)) {
            author.text("1");
            author.flush();
            for (String piece : List.of("x", "x".repeat(2_000))) {
                try (Author second = client.author(CHANNEL)) {
                    second.text(piece);
                    assertThatThrownBy(() -> get(second)).hasCauseInstanceOf(RefusedException.class);
                    assertThat(second.text("late")).isFalse();
                }
            }
            try (Author second = client.author(CHANNEL)) {
                assertThatThrownBy(second::done)
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("412");
            }
            author.text("2");
            assertThat(author.done().status()).isEqualTo("done");
            assertThat(events(hub)).extracting(Event::text).startsWith("1", "2").hasSize(3);
        }
    }

    @Test
    void hasALeaseThatEndsTheChannelIfItIsLost() throws Exception {
        try (Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook().start()) {
            // Closed without the author: its process is killed, as far as the hub can see.
            try (var client = SluiceClient.to(hub.uri().toString())) {
                Author author = client.author(CHANNEL, Duration.ofSeconds(1));
                author.text("1");
                author.flush();
            }
            assertThat(events(hub).getLast().text()).contains("\"reason\":\"lost\"");
        }
    }
}
