package dev.sluice.server.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `DELETE /channels?match=`, over real sockets.
final class PatternDeletionTest {
    /// Of one caller: more than one slice.
    private static final int FLOOD = 1_000;

    private static final int CHANNELS_MAX = FLOOD + 3;

    private final MemoryLog log = MemoryLog.builder(InstantSource.system())
            .limits(limits -> limits.channelsMax(CHANNELS_MAX))
            .open();
    private final TestServer server = TestServer.start(log);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        server.close();
        log.close();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        HttpRequest.BodyPublisher body =
                method.equals("POST") ? HttpRequest.BodyPublishers.ofString("x") : HttpRequest.BodyPublishers.noBody();
        return http.send(
                HttpRequest.newBuilder(server.uri(path)).method(method, body).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void fill() throws Exception {
        for (String name : new String[] {"rooms", "rooms/alice/1", "rooms/zoe/1"}) send("POST", "/channels/" + name);
        for (int i = 0; i < FLOOD; i++) {
            Draft draft = Draft.event(new ChannelName("rooms/mallory/" + i), "text", Content.NONE);
            log.append(new Publication(draft, Conditions.NONE))
                    .toCompletableFuture()
                    .join();
        }
    }

    @Test
    void freesTheChannelLimitThatACallerHasReached() throws Exception {
        fill();
        assertThat(send("POST", "/channels/news").statusCode()).isEqualTo(503);
        HttpResponse<String> counted = send("DELETE", "/channels?match=rooms/mallory/*");
        assertThat(counted.body()).contains("{\"matched\":1000,\"deleted\":0}");
        assertThat(log.channels(null, 2 * CHANNELS_MAX)).hasSize(CHANNELS_MAX);

        HttpResponse<String> deleted = send("DELETE", "/channels?match=rooms/mallory/*&expect=1000");

        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(deleted.body()).contains("{\"matched\":1000,\"deleted\":1000}");
        assertThat(send("GET", "/channels").body())
                .contains("\"rooms\"", "rooms/alice/1", "rooms/zoe/1")
                .doesNotContain("mallory");
        assertThat(send("POST", "/channels/news").statusCode()).isEqualTo(201);
    }

    @Test
    void deletesNothingIfMoreMatchThanExpected() throws Exception {
        fill();
        HttpResponse<String> refused = send("DELETE", "/channels?match=rooms/**&expect=1000");
        assertThat(refused.statusCode()).isEqualTo(412);
        assertThat(refused.body()).contains("/problems/count-differs", "1002 channels match");
        assertThat(log.channels(null, 2 * CHANNELS_MAX)).hasSize(CHANNELS_MAX);
    }

    @Test
    void needsAPattern() throws Exception {
        assertThat(send("DELETE", "/channels").body()).contains("/problems/bad-parameter", "\"match\"");
        assertThat(send("DELETE", "/channels?match=a//b").body()).contains("/problems/bad-name", "\"match\"");
        assertThat(send("DELETE", "/channels?match=a&expect=-1").statusCode()).isEqualTo(400);
    }
}
