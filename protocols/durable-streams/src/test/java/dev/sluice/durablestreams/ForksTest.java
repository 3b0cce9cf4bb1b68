package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Channel;
import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
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

    @Test
    void areGoneToAReaderWhoHasFollowedTheirSourceBeyondThem() throws Exception {
        try (var streams = Streams.inMemory()) {
            String inherited = streams.text("a", "1;");
            String later = next(streams.sendBody("POST", "a", "2;", TEXT));
            streams.hub.channel("b").publish("of no stream;");
            streams.send("PUT", "b", "Stream-Forked-From", "/streams/a", "Stream-Fork-Offset", inherited);
            assertThat(streams.send("GET", "b").body()).isEqualTo("1;");
            assertThat(streams.send("GET", "b?offset=" + inherited).body()).isEmpty();
            assertThat(streams.send("GET", "b?offset=" + later).statusCode()).isEqualTo(410);
            assertThat(streams.send("GET", longPoll("b", later)).statusCode()).isEqualTo(410);

            streams.sendBody("POST", "b", "3;", TEXT);
            assertThat(streams.send("GET", "b?offset=" + inherited).body()).isEqualTo("3;");
            assertThat(streams.send("GET", "b?offset=" + later).statusCode()).isEqualTo(410);
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
    void areReadAfterTheLogHasDroppedTheStateOfTheirSource() throws Exception {
        var now = new AtomicReference<>(Instant.now());
        try (var streams = Streams.on(Sluice.inMemory().set("memory.events_max", "40"), now::get)) {
            streams.text("a", "1;");
            String tail = next(streams.send("PUT", "b", FROM_A));
            for (int i = 0; i < 200; i++) {
                now.updateAndGet(time -> time.plusSeconds(1));
                tail = next(streams.sendBody("POST", "b", i + ";", TEXT));
            }
            assertThat(streams.send("GET", "a").statusCode()).isEqualTo(404);
            assertThat(streams.send("GET", "b").body()).endsWith("199;");
            assertThat(streams.send("GET", "b?offset=" + tail).statusCode()).isEqualTo(200);
            assertThat(streams.send("GET", longPoll("b", tail)).statusCode()).isEqualTo(204);
        }
    }

    @Test
    void inheritWhatIsLeftAfterTheLogHasDroppedTheConfigurationOfTheirSource() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.hub.channel("a").publish("2;");
            String at = streams.hub.channel("a").latest().orElseThrow();
            var fork = new StreamConfig.Fork("a", "", 0, at);
            var config = new StreamConfig("text/plain", null, null, "", "", fork, false);
            streams.hub.publishAll(List.of(
                    StreamWrites.state("a", StreamState.FORK, "b", Map.of(), null),
                    StreamWrites.state("b", StreamState.STREAM, StreamState.STREAM, config, null)));
            assertThat(streams.send("GET", "b").body()).isEqualTo("2;");

            // Another stream of the source's name is not kept for a fork that has been deleted.
            assertThat(streams.send("DELETE", "b").statusCode()).isEqualTo(204);
            streams.text("a");
            assertThat(streams.send("DELETE", "a").statusCode()).isEqualTo(204);
            assertThat(streams.send("GET", "a").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void andOtherStreamsWithoutEventsAreReadWhileOtherChannelsAreDeleted() throws Exception {
        try (var streams = keepingMarks(1)) {
            String inherited = streams.text("a", "1;");
            streams.send("PUT", "b", FROM_A);
            Map<String, String> offsets = Map.of("b", inherited, "empty", streams.text("empty"));

            for (int i = 0; i < 3; i++) {
                for (var each : offsets.entrySet()) {
                    HttpResponse<String> idle = streams.send("GET", longPoll(each.getKey(), each.getValue()));
                    assertThat(idle.statusCode()).isEqualTo(204);
                    assertThat(next(idle)).isEqualTo(each.getValue());
                    assertThat(next(streams.send("HEAD", each.getKey()))).isEqualTo(each.getValue());
                }
                Channel other = streams.hub.channel("other" + i);
                other.publish("gone");
                other.delete();
            }
            for (var each : offsets.entrySet()) {
                streams.sendBody("POST", each.getKey(), "2;", TEXT);
                HttpResponse<String> read = streams.send("GET", longPoll(each.getKey(), each.getValue()));
                assertThat(read.body()).isEqualTo("2;");
            }
        }
    }

    private static String longPoll(String stream, String offset) {
        return stream + "?live=long-poll&offset=" + offset;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void andOtherStreamsWhoseEventsAreAllGoneSaySo(boolean isFork) throws Exception {
        try (var streams = keepingMarks(0)) {
            String source = streams.text("a", "1;");
            String begin = isFork ? source : streams.text("b");
            if (isFork) streams.send("PUT", "b", FROM_A);
            String read = "b?offset=" + begin;
            assertThat(streams.send("GET", read).statusCode()).isEqualTo(200);
            streams.hub.channel("b").publish("gone");
            streams.hub.channel("b").delete();

            assertThat(streams.send("GET", read).statusCode()).isEqualTo(410);
            String tail = next(streams.send("GET", "b?offset=-1"));
            assertThat(streams.send("GET", "b?offset=" + tail).statusCode()).isEqualTo(200);
            assertThat(streams.send("GET", read).statusCode()).isEqualTo(410);
        }
    }

    /// The log no longer knows whether they had events.
    @Test
    void andOtherStreamsThatNobodyReadForLongAreReadFromTheirBeginningOnly() throws Exception {
        try (var streams = keepingMarks(0)) {
            String begin = streams.text("empty");
            streams.hub.channel("other").publish("gone");
            streams.hub.channel("other").delete();

            assertThat(streams.send("GET", "empty?offset=" + begin).statusCode())
                    .isEqualTo(410);
            HttpResponse<String> read = streams.send("GET", "empty?offset=-1");
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(streams.send("GET", "empty?offset=" + next(read)).statusCode())
                    .isEqualTo(200);
        }
    }

    /// Returns streams of a log that keeps the losses of so few channels without events apart; others do for a day.
    private static Streams keepingMarks(int max) {
        var log = MemoryLog.builder(InstantSource.system())
                .limits(limits -> limits.marks(max, Duration.ofDays(1)))
                .open();
        return Streams.on(EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN), InstantSource.system());
    }
}
