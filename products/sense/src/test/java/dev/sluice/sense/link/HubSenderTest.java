package dev.sluice.sense.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Events that can never be sent.
class HubSenderTest {
    @Test
    @Timeout(60)
    void dropsWhatCannotBeSentAndSendsTheOthers() throws Exception {
        List<String> reasons = new CopyOnWriteArrayList<>();
        try (var hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                var sender = new HubSender(SluiceClient.builder(hub.uri()).keptBytesMax(10_000), reasons::add)) {
            int dropped = sender.deliver(List.of(
                    Publication.json("a", "1"),
                    Publication.json("a", "no JSON"),
                    Publication.text("a", "x".repeat(20_000)),
                    Publication.json("a", "2")));

            assertThat(dropped).isEqualTo(2);
            assertThat(sender.deliver(Publication.text("a", "x".repeat(20_000))))
                    .isEqualTo(1);
            assertThat(sender.deliver(List.of(
                            Publication.text("a", "3" + "x".repeat(6_000)),
                            Publication.text("a", "4" + "x".repeat(6_000)))))
                    .as("too large together")
                    .isZero();
            assertThat(hub.channels("a").earliest().read(10, Duration.ZERO).events())
                    .extracting(Event::text)
                    .map(text -> text.substring(0, 1))
                    .containsExactly("1", "2", "3", "4");
            assertThat(reasons).allSatisfy(reason -> assertThat(reason).contains("can't be sent"));
        }
    }
}
