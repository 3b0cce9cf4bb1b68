package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Traces of channels and clients, over real sockets.
final class TraceRoutesTest {
    @AutoClose
    private final AuthTestHub hub = new AuthTestHub();

    private String admin(String method, String path, int status) {
        HttpResponse<String> answer = hub.as(hub.admin, method, path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    private RawClient follow(String token, String query) {
        RawClient client = hub.raw().get("/channels/news?" + query, "Authorization: Bearer " + token);
        client.until("\r\n\r\n");
        return client;
    }

    private static String first(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }

    @Test
    void showsWhoReceivedAnEventOverWhichTransportWithoutItsData() {
        try (RawClient sse = follow(hub.token("alice"), "as=sse");
                RawClient lines = follow(hub.token("bob"), "as=ndjson")) {
            String begun = admin("POST", "/traces?channel=news&seconds=30", 201);
            String trace = "/traces/" + first("\"id\":\"(\\d+)\"", begun);
            String published =
                    hub.as(hub.admin, "POST", "/channels/news", "hello-secret").body();
            String id = first("\"id\":\"([^\"]+)\"", published);
            sse.until("hello-secret");
            lines.until("hello-secret");
            Await.that(() -> admin("GET", trace, 200).contains("\"deliveries\":2"));
            Await.that(() -> admin("GET", trace, 200).contains("\"stored\":"));
            assertThat(admin("GET", trace, 200))
                    .contains("\"running\":true", "\"events\":[{\"id\":\"" + id + "\",\"published\":\"20")
                    .contains("\"stored\":", "\"slowestMs\":", "\"slowest\":{\"id\":")
                    .doesNotContain("hello-secret");
            assertThat(admin("GET", "/deliveries/news?id=" + id, 200))
                    .contains("{\"passed\":2,\"before\":0,\"last\":[]}");
            assertThat(admin("GET", "/traces", 200)).contains("\"channel\":\"news\"");
            admin("DELETE", trace, 204);
            admin("GET", trace, 404);
            assertThat(hub.server().hub().tracer().all(dev.sluice.core.access.Grant.EVERYTHING))
                    .isEmpty();
        }
    }

    @Test
    void followsAUserFromOneTransportToAnother() {
        String alice = hub.token("alice");
        String trace = "/traces/" + first("\"id\":\"(\\d+)\"", admin("POST", "/traces?sub=alice", 201));
        String id = first(
                "\"id\":\"([^\"]+)\"",
                hub.as(hub.admin, "POST", "/channels/news", "1").body());
        follow(alice, "as=sse").close();
        follow(hub.token("bob"), "as=sse").close();
        Await.that(() -> admin("GET", trace, 200).contains("\"step\":\"ended\""));
        try (RawClient lines = follow(alice, "as=ndjson&after=" + id)) {
            hub.as(hub.admin, "POST", "/channels/news", "2");
            lines.until("data");
            String body = admin("GET", trace, 200);
            assertThat(body)
                    .contains("\"step\":\"connected\"", "\"reason\":\"disconnected\"")
                    .contains("\"step\":\"resumed\",\"after\":\"" + id + "\",\"transportBefore\":\"sse\"")
                    .doesNotContain("bob", alice);
        }
    }

    @Test
    void refusesWhatItCannotTrace() {
        assertThat(admin("POST", "/traces", 400)).contains("Trace one thing");
        assertThat(admin("POST", "/traces?channel=a&sub=b", 400)).contains("Trace one thing");
        assertThat(admin("POST", "/traces?channel=a//b", 400)).contains("bad-name");
        assertThat(admin("POST", "/traces?channel=a&seconds=601", 400)).contains("from 1 to 600");
        assertThat(admin("GET", "/deliveries/news?id=1", 400)).contains("that of an event");
        for (int i = 0; i < 4; i++) admin("POST", "/traces?channel=c" + i, 201);
        assertThat(admin("POST", "/traces?channel=news", 503)).contains("The maximum number of traces is running");
    }
}
