package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.header;
import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads while the stream changes.
final class StreamReadsTest {
    /// The offset of a control event.
    private static final Pattern NEXT = Pattern.compile("\"streamNextOffset\":\"([^\"]*)\"");

    private static String stored(PublishResult result) {
        return ((PublishResult.Stored) result).id();
    }

    @Test
    void eventsContinueAfterAnEventWithoutData() throws Exception {
        var log = new ReadLog(MemoryLog.builder(InstantSource.system()).open());
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String tail = streams.text("a", "1");
            var events = streams.follow("a?offset=" + tail + "&live=sse");
            log.awaitRead(hub.channel("a").latest().orElseThrow());

            String removal =
                    stored(hub.channel("a").publish(Message.text("").key("k").removingKey()));
            log.awaitRead(removal);
            streams.sendBody("POST", "a", "2", "Content-Type", "text/plain", "Stream-Closed", "true");
            assertThat(events.get().body()).contains("event: data\ndata:2\n").contains("\"streamClosed\":true");
        }
    }

    @Test
    void aKnownETagIsAnsweredInFullOnceThePageHasAnEventAfterIt() throws Exception {
        try (var streams = Streams.inMemory()) {
            String half = "x".repeat(600_000); // Two of them end a page.
            String tail = streams.text("a", half, half);
            HttpResponse<String> whole = streams.send("GET", "a");
            assertThat(next(whole)).isEqualTo(tail);
            assertThat(header(whole, "Stream-Up-To-Date")).isEqualTo("true");
            streams.sendBody("POST", "a", "more", "Content-Type", "text/plain");

            HttpResponse<String> again = streams.send("GET", "a", "If-None-Match", header(whole, "ETag"));
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(next(again)).isEqualTo(tail);
            assertThat(header(again, "Stream-Up-To-Date")).isEmpty();
            assertThat(streams.send("GET", "a?offset=" + tail).body()).isEqualTo("more");
        }
    }

    @Test
    void aKnownETagIsAnsweredInFullOnceDataOfThePageWasDeleted() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.text("a", "1");
            streams.hub.channel("a").publish(Message.text("secret").key("k"));
            streams.text("a", "2");
            HttpResponse<String> whole = streams.send("GET", "a");
            assertThat(whole.body()).isEqualTo("1secret2");
            assertThat(streams.sendToHub("DELETE", "/channels/a?key=k").statusCode())
                    .isBetween(200, 204);

            HttpResponse<String> again = streams.send("GET", "a", "If-None-Match", header(whole, "ETag"));
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).isEqualTo("12");
        }
    }

    @Test
    void theLastEventOfAKeyIsReadIfItHasData() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.text("a", "1");
            var channel = streams.hub.channel("a");
            channel.publish(Message.text("last words").key("k").removingKey());
            channel.publish(Message.text("").key("k").removingKey());
            assertThat(streams.send("GET", "a").body()).isEqualTo("1last words");
        }
    }

    /// The last event before those that are gone is the last of a page, or amid one.
    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_500})
    void aChannelThatKeepsTheNewestEventOfEachKeyIsReadToItsTail(int keys) throws Exception {
        var hub = Sluice.inMemory().rule("a", Map.of("retention.max_events", "10", "retention.keep", "newest-of-key"));
        try (var streams = Streams.on(hub, InstantSource.system())) {
            var channel = streams.hub.channel("a");
            for (int i = 0; i < keys; i++)
                channel.publish(Message.text("k" + i + ";").key("k" + i));
            for (int i = 0; i < 300; i++)
                channel.publish(Message.text("u" + i + ";").key("u"));
            streams.text("a");
            assertThat(streams.readAll("a"))
                    .startsWith("k0;k1;")
                    .contains("k" + (keys - 1) + ";u")
                    .endsWith("u299;");
        }
    }

    @Test
    void aStreamThatIsClosedMeanwhileHasItsLastOffset() throws Exception {
        var meanwhile = new AtomicReference<Runnable>();
        var log = new ForwardingLog(MemoryLog.builder(InstantSource.system()).open()) {
            @Override
            public ChannelState channel(ChannelName name) {
                ChannelState before = super.channel(name);
                Runnable change = name.value().equals("a") ? meanwhile.getAndSet(null) : null;
                if (change != null) change.run();
                return before;
            }
        };
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var streams = Streams.on(hub, InstantSource.system())) {
            streams.text("a", "1");
            meanwhile.set(() -> hub.channel("a").publish(Message.text("2").closing()));
            HttpResponse<String> head = streams.send("HEAD", "a");
            assertThat(meanwhile.get()).isNull();
            assertThat(header(head, "Stream-Closed")).isEqualTo("true");
            assertThat(next(head)).isEqualTo(next(streams.send("GET", "a")));
        }
    }

    @Test
    void everyOffsetOfAnAnswerIsWhereTheNextReadBegins() throws Exception {
        try (var streams = Streams.inMemory()) {
            String half = "x".repeat(600_000); // Two of them end a page.
            String first = streams.text("a", half);
            streams.text("a", half, "3");
            String cut = next(streams.send("GET", "a"));
            assertThat(streams.send("GET", "a?offset=" + cut).body()).isEqualTo("3");
            String head = next(streams.send("HEAD", "a"));
            String tail = streams.text("a", "4");
            assertThat(streams.send("GET", "a?offset=" + head).body()).isEqualTo("4");

            String fork = next(streams.send("PUT", "b", "Stream-Forked-From", "/streams/a", "Stream-Fork-Offset", cut));
            assertThat(next(streams.send("HEAD", "b"))).isEqualTo(fork);
            streams.sendBody("POST", "b", "5", "Content-Type", "text/plain");
            assertThat(streams.send("GET", "b?offset=" + first).body()).isEqualTo(half + "5");
            for (String each : List.of(cut, fork))
                assertThat(streams.send("GET", "b?offset=" + each).body()).isEqualTo("5");

            streams.send("POST", "a", "Stream-Closed", "true");
            String events = streams.send("GET", "a?offset=-1&live=sse").body();
            assertThat(NEXT.matcher(events).results().map(each -> each.group(1)))
                    .containsExactly(cut, tail);
            for (String live : List.of("", "&live=long-poll", "&live=sse"))
                assertThat(streams.send("GET", "a?offset=" + tail + live).statusCode())
                        .as(live)
                        .isBetween(200, 204);
        }
    }
}
