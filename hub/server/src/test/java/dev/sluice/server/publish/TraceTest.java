package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The span of a publish goes with its event to the readers.
class TraceTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    private static final String MEMBER = "\"traceparent\":\"%s\"";

    @AutoClose
    private final TestServer server = TestServer.start();

    private String post(String path, String body, String... headers) {
        return server.post(path, body, headers).body();
    }

    /// The envelopes of all events of a channel, one a line.
    private String[] events(String channel) {
        return server.get("/channels/" + channel + "?as=json&after=earliest")
                .body()
                .split("\"id\":");
    }

    @Test
    void isStoredWithASinglePublishAndAStreamedBody() {
        post("/channels/a", "single", "traceparent", TRACE);
        post("/channels/a", "without");
        post("/channels/a?split=line", "one\ntwo\n", "traceparent", OTHER);
        String[] events = events("a");
        assertThat(events[1]).contains("single", MEMBER.formatted(TRACE));
        assertThat(events[2]).contains("without").doesNotContain("traceparent");
        assertThat(events[3]).contains("one", MEMBER.formatted(OTHER));
        assertThat(events[4]).contains("two", MEMBER.formatted(OTHER));
    }

    @Test
    void comesFromTheBatchUnlessALineHasItsOwn() {
        String lines =
                "{\"channel\":\"b\",\"data\":1}\n{\"channel\":\"b\",\"data\":2,\"traceparent\":\"" + OTHER + "\"}\n";
        for (String path : new String[] {"/channels", "/channels?atomic=true"}) {
            post(path, lines, "traceparent", TRACE, "Content-Type", "application/x-ndjson");
        }
        String[] events = events("b");
        for (int i = 1; i < 5; i += 2) {
            assertThat(events[i]).contains(MEMBER.formatted(TRACE));
            assertThat(events[i + 1]).contains(MEMBER.formatted(OTHER));
        }
    }

    @Test
    void ignoresAnInvalidHeaderAndRefusesAnInvalidMember() {
        assertThat(post("/channels/c", "kept", "traceparent", "00-junk")).contains("\"id\"");
        assertThat(events("c")[1]).contains("kept").doesNotContain("traceparent");
        String line = "{\"channel\":\"c\",\"data\":1,\"traceparent\":\"00-junk\"}";
        assertThat(post("/channels", line, "Content-Type", "application/x-ndjson"))
                .contains("/problems/bad-line", "\"field\":\"traceparent\"");
    }

    @Test
    void reachesReadersOfStreamsWithEnvelopes() {
        for (String query : new String[] {"as=sse&envelope=json", "as=ndjson"}) {
            RawClient reader = new RawClient(server);
            reader.get("/channels/d?" + query);
            reader.until("\r\n\r\n");
            post("/channels/d", query, "traceparent", TRACE);
            assertThat(reader.until(query)).contains(MEMBER.formatted(TRACE));
            reader.close();
        }
    }
}
