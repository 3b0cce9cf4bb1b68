package dev.sluice.server.presence;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.presence.Presence;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.metrics.BudgetFill;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A channel with so many members that their list does not fit into the buffers of the kernel.
final class LongMemberListTest {
    private static final int MEMBERS = 40_000;
    private static final ChannelName CHANNEL = new ChannelName("hall");
    private static final String NAME = "n".repeat(200);
    private static final int RECEIVE_BYTES = 4 << 10;

    /// A list takes at most a quarter.
    private static final long ANSWERS_BYTES = 32 << 20;

    @AutoClose
    private final TestServer server = TestServer.start(new HubSettings(
            64 << 20,
            ANSWERS_BYTES,
            HubSettings.DEFAULT.stall(),
            HubSettings.DEFAULT.resolve(),
            HubSettings.DEFAULT.overflow()));

    @BeforeEach
    void join() {
        Presence presence = server.server().presence();
        IntStream.range(0, MEMBERS).forEach(i -> presence.join(CHANNEL, i + NAME));
        Await.that(() -> {
            server.pass(Duration.ofSeconds(1));
            return members(presence) == MEMBERS;
        });
    }

    private static int members(Presence presence) {
        return presence.members(Grant.EVERYTHING, CHANNEL)
                .toCompletableFuture()
                .join()
                .members()
                .size();
    }

    /// A client with a small window.
    private RawClient reader() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.server().uri().getPort()));
        return new RawClient(socket);
    }

    private long unread() {
        return server.server().reading().budgets().stream()
                .filter(each -> each.name().equals("answers"))
                .mapToLong(BudgetFill::used)
                .findFirst()
                .orElseThrow();
    }

    private static void assertComplete(JsonNode list) {
        assertThat(list.path("members").size()).isEqualTo(MEMBERS);
        for (int i = 0; i < MEMBERS; i += 777)
            assertThat(list.path("members").path(i).path("client").asString()).isEqualTo(i + NAME);
        assertThat(list.path("cursor").asString()).isNotEmpty();
    }

    @Test
    void isAnsweredCompletely() {
        HttpResponse<String> answer = server.get("/presence/hall");
        JsonNode list = JsonMapper.shared().readTree(answer.body());
        assertThat(list.path("channel").asString()).isEqualTo("hall");
        assertComplete(list);
        assertThat(answer.headers().firstValue("Sluice-Cursor"))
                .contains(list.path("cursor").asString());
        assertThat(server.send("HEAD", "/presence/hall", "").headers().firstValue("Content-Length"))
                .contains(Integer.toString(answer.body().length()));
        Await.that(() -> unread() == 0, () -> unread() + " bytes are unread");
    }

    @Test
    void countsUntilItsClientHasReadIt() throws IOException {
        try (RawClient reader = reader()) {
            reader.get("/presence/hall");
            Await.that(() -> unread() >= (long) MEMBERS * NAME.length(), () -> unread() + " bytes are unread");
        }
        Await.that(() -> unread() == 0, () -> unread() + " bytes are unread");
    }

    @Test
    void countsInASessionUntilItsClientHasReadItAndIsFollowedByTheNext() throws IOException {
        try (RawClient stream = reader()) {
            stream.get("/session", "Accept: text/event-stream");
            RawClient post = post(session(stream), 2);
            Await.that(() -> unread() > 0, () -> "no list is unread");
            var lines =
                    new BufferedReader(new InputStreamReader(stream.socket().getInputStream(), StandardCharsets.UTF_8));
            for (int ref = 1; ref <= 2; ref++) {
                JsonNode list = JsonMapper.shared().readTree(answer(lines));
                assertThat(list.path("ref").asInt()).isEqualTo(ref);
                assertComplete(list);
            }
            assertThat(post.until("\r\n")).contains(" 204 ");
            post.close();
            Await.that(() -> unread() == 0, () -> unread() + " bytes are unread");
        }
    }

    private static String session(RawClient stream) {
        return stream.until("}\n\n\r\n").replaceAll("(?s).*\"session\":\"([^\"]+)\".*", "$1");
    }

    /// Asks for the list several times, with the refs 1, 2 and so on.
    private RawClient post(String session, int times) {
        String body = IntStream.rangeClosed(1, times)
                .mapToObj("{\"op\":\"presence\",\"ref\":%d,\"channel\":\"hall\"}\n"::formatted)
                .collect(joining());
        return new RawClient(server)
                .send("POST /session/" + session + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
    }

    private static String answer(BufferedReader lines) throws IOException {
        while (true) {
            String line = lines.readLine();
            assertThat(line).isNotNull();
            if (line.startsWith("data: {\"op\":\"ok\"")) return line.substring("data: ".length());
        }
    }

    @Test
    void endsASessionThatDoesNotReadItWhenTheBudgetRunsShort() throws IOException {
        List<RawClient> streams = new ArrayList<>();
        List<RawClient> posts = new ArrayList<>();
        for (int i = 0; i < 3; i++) askWithoutReading(streams, posts);
        Await.that(() -> unread() == 3 * ANSWERS_BYTES / 4, () -> unread() + " bytes are unread");
        assertThat(posts).allMatch(RawClient::hasNothing);
        askWithoutReading(streams, posts);
        Await.that(() -> posts.stream().anyMatch(post -> !post.hasNothing()), () -> "no session has ended");
        streams.forEach(RawClient::close);
        posts.forEach(RawClient::close);
        Await.that(() -> unread() == 0, () -> unread() + " bytes are unread");
    }

    private void askWithoutReading(List<RawClient> streams, List<RawClient> posts) throws IOException {
        RawClient stream = reader().get("/session", "Accept: text/event-stream");
        streams.add(stream);
        posts.add(post(session(stream), 1));
    }
}
