package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads of forks whose own channel has lost events, of theirs or of others.
final class ForksTest {
    private static final String[] TEXT = {"Content-Type", "text/plain"};
    private static final String[] FROM_A = {"Stream-Forked-From", "/streams/a"};

    @Test
    void haveNoEventsThatTheirChannelHadBefore() throws Exception {
        try (var streams = Streams.inMemory()) {
            String inherited = streams.text("a", "1;");
            streams.hub.channel("b").publish("of no stream;");
            assertThat(next(streams.send("PUT", "b", FROM_A))).isEqualTo(inherited);
            String former = next(streams.sendBody("POST", "b", "2;", TEXT));
            assertThat(streams.send("GET", "b").body()).isEqualTo("1;2;");
            assertThat(streams.send("DELETE", "b").statusCode()).isEqualTo(204);

            assertThat(next(streams.send("PUT", "b", FROM_A))).isEqualTo(inherited);
            HttpResponse<String> begin = streams.send("GET", "b");
            assertThat(begin.body()).isEqualTo("1;");
            assertThat(next(begin)).isEqualTo(inherited);
            streams.sendBody("POST", "b", "3;", TEXT);
            assertThat(streams.send("GET", "b").body()).isEqualTo("1;3;");
            assertThat(streams.send("GET", "b?offset=" + inherited).body()).isEqualTo("3;");
            assertThat(streams.send("GET", "b?offset=" + former).statusCode()).isEqualTo(410);
        }
    }

    /// Two of the longer events end a page.
    @ParameterizedTest
    @ValueSource(ints = {10, 600_000})
    void continueWithWhatIsLeftOfTheirOwnEvents(int length) throws Exception {
        var hub = Sluice.inMemory().rule("b", Map.of("retention.max_events", "1"));
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String event = "x".repeat(length);
            String inherited = streams.text("a", event, event);
            streams.send("PUT", "b", FROM_A);
            for (int i = 1; i <= 40; i++) streams.hub.channel("b").publish(i + ";");

            assertThat(streams.send("GET", "b?offset=" + inherited).statusCode())
                    .isEqualTo(410);
            assertThat(streams.readAll("b")).startsWith(event + event).endsWith("40;");
        }
    }

    @Test
    void andOtherStreamsWithoutEventsAreReadAfterOtherChannelsWereDeleted() throws Exception {
        var log = MemoryLog.builder(InstantSource.system())
                .limits(limits -> limits.marks(0, Duration.ZERO)) // As a day later.
                .open();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String inherited = streams.text("a", "1;");
            String created = streams.text("empty");
            streams.send("PUT", "b", FROM_A);
            hub.channel("other").publish("gone");
            hub.channel("other").delete();

            assertThat(streams.send("GET", "b").body()).isEqualTo("1;");
            for (String[] each : List.of(new String[] {"b", inherited}, new String[] {"empty", created})) {
                String read = each[0] + "?live=long-poll&offset=";
                assertThat(streams.send("GET", each[0] + "?offset=" + each[1]).statusCode())
                        .isEqualTo(200);
                HttpResponse<String> first = streams.send("GET", read + each[1]);
                assertThat(first.statusCode()).isEqualTo(204);
                assertThat(streams.send("GET", read + next(first)).statusCode()).isEqualTo(204);
                streams.sendBody("POST", each[0], "2;", TEXT);
                assertThat(streams.send("GET", read + next(first)).body()).isEqualTo("2;");
            }
        }
    }
}
