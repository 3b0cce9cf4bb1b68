package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The operator's list of connections, over real sockets.
final class ConnectionRoutesTest {
    @AutoClose
    private final AuthTestHub hub = new AuthTestHub();

    private RawClient follow(String token, String as) {
        RawClient client = hub.raw().get("/channels/news?as=" + as, "Authorization: Bearer " + token);
        client.until("\r\n\r\n");
        return client;
    }

    private HttpResponse<String> admin(String method, String path) {
        return hub.as(hub.admin, method, path, "");
    }

    private String list(String query) {
        HttpResponse<String> answer = admin("GET", "/connections" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static String id(String list) {
        Matcher id = Pattern.compile("\"id\":\"(\\d+)\"").matcher(list);
        assertThat(id.find()).as(list).isTrue();
        return id.group(1);
    }

    @Test
    void listsStreamsOfAllTransportsAndNoCredential() {
        String alice = hub.token("alice");
        try (RawClient _ = follow(alice, "sse");
                RawClient _ = follow(hub.token("bob"), "ndjson")) {
            Await.that(() -> hub.server().hub().readers().readers() == 2);
            String all = list("?order=oldest");
            assertThat(all)
                    .contains("\"matched\":2", "\"open\":{\"ndjson\":1,\"sse\":1}")
                    .contains("\"sub\":\"alice\",\"kid\":\"shop\"", "\"channels\":[\"news\"]")
                    .contains("\"address\":\"127.0.0.1\"")
                    .doesNotContain(alice);
            assertThat(list("?transport=ndjson"))
                    .contains("bob", "\"matched\":1")
                    .doesNotContain("alice");
            assertThat(list("?channel=other")).contains("\"connections\":[],\"matched\":0");
        }
    }

    @Test
    void listsReadersOfTheStatisticsToo() {
        try (RawClient stats = hub.raw().get("/channels/$stats?as=sse", "Authorization: Bearer " + hub.admin)) {
            stats.until("\r\n\r\n");
            Await.that(() -> list("?channel=$stats").contains("\"matched\":1"));
            assertThat(admin("DELETE", "/connections/" + id(list(""))).statusCode())
                    .isEqualTo(204);
            stats.until("/problems/ended-by-operator");
        }
    }

    @Test
    void endsOneWithAReconnectionTimeAndAuditsIt() {
        try (RawClient stream = follow(hub.token("alice"), "sse")) {
            Await.that(() -> list("").contains("\"matched\":1"));
            endsOneOfTwo(stream, id(list("")));
        }
    }

    private void endsOneOfTwo(RawClient stream, String id) {
        try (RawClient other = follow(hub.token("alice"), "sse")) {
            Await.that(() -> hub.server().hub().readers().readers() == 2);
            assertThat(admin("DELETE", "/connections/" + id).statusCode()).isEqualTo(204);
            assertThat(stream.until("/problems/ended-by-operator")).contains("retry: 10000\n", "event: sluice.error");
            assertThat(admin("DELETE", "/connections/" + id).statusCode()).isEqualTo(404);
            hub.as(hub.admin, "POST", "/channels/news", "still here");
            other.until("still here");
            assertThat(list("?ended=1")).contains("\"reason\":\"by-operator\"", "\"matched\":1");
            Await.that(() -> audit().contains("connections-ended"));
            assertThat(audit()).contains("\"by\":\"ops\"", "\"connection\":\"" + id + "\"", "\"count\":1");
        }
    }

    private String audit() {
        return admin("GET", "/channels/$audit?as=json&after=earliest").body();
    }

    @Test
    void endsAllOfAnIdentityAndAnswersItsWaitingPollWithRetryAfter() {
        String alice = hub.token("alice");
        try (RawClient stream = follow(alice, "ndjson");
                RawClient poll = hub.raw().get("/channels/news?as=json&wait=60", "Authorization: Bearer " + alice)) {
            Await.that(() -> list("").contains("\"matched\":2"));
            assertThat(admin("DELETE", "/connections?sub=alice").body()).contains("\"ended\":2");
            stream.until("/problems/ended-by-operator");
            assertThat(poll.until("ended-by-operator").toLowerCase(java.util.Locale.ROOT))
                    .contains("http/1.1 503 ", "retry-after: 10");
            assertThat(hub.read(alice).statusCode()).as("it is no revocation").isEqualTo(200);
        }
    }

    @Test
    void refusesToEndEverything() {
        HttpResponse<String> refused = admin("DELETE", "/connections");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("'sub', 'address', 'transport' or 'channel'");
        assertThat(admin("GET", "/connections?after=1").body()).contains("order=oldest");
        assertThat(admin("DELETE", "/connections/x").body()).contains("is a number");
    }
}
