package dev.sluice.server.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Event;
import dev.sluice.server.publish.PublishServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChannelsTest {
    @AutoClose
    private final PublishServer server = PublishServer.start();

    private String publish(String channel, String text) {
        return server.post("/channels/" + channel, text).body().replaceAll("(?s).*\"id\":\"([^\"]*)\".*", "$1");
    }

    private Optional<String> head(String channel, String header) {
        HttpResponse<String> answer = server.send("HEAD", "/channels/" + channel);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue(header);
    }

    @Test
    void reportsTheStateOfAChannel() {
        assertThat(head("a", "Sluice-Cursor")).contains(server.log().head().text());
        assertThat(head("a", "Sluice-Latest")).isEmpty();
        assertThat(head("a", "Sluice-Earliest")).isEmpty();
        String first = publish("a", "1");
        String second = publish("a", "2");
        String elsewhere = publish("b", "3");
        assertThat(head("a", "Sluice-Earliest")).contains(first);
        assertThat(head("a", "Sluice-Latest")).contains(second);
        assertThat(head("a", "Sluice-Cursor")).contains(elsewhere); // The head of the log, not of the channel.
        assertThat(head("a", "Sluice-Closed")).isEmpty();
        server.post("/channels/a?close=true", "");
        assertThat(head("a", "Sluice-Closed")).contains("true");
        assertThat(head("a", "Sluice-Latest")).contains(second);
    }

    @Test
    void listsChannelsPageByPage() {
        for (String name : new String[] {"b", "a/x", "c", "ä", "d"}) publish(name.replace("ä", "%C3%A4"), "12345");
        server.post("/channels/d?close=true", "");
        String all = server.get("/channels").body();
        Event first = (Event) server.entries("a/x").getFirst();
        assertThat(all)
                .startsWith("{\"channels\":[{\"name\":\"a/x\",\"events\":1,\"bytes\":5,\"latest\":\"" + first.id()
                        + "\",\"earliest\":\"" + first.id() + "\",\"time\":\""
                        + java.time.Instant.ofEpochMilli(first.timeMs())
                                .toString()
                                .substring(0, 19))
                .contains("\"closed\":false}")
                .doesNotContain("\"next\"");
        var names = new ArrayList<String>();
        String after = "";
        do {
            String page = server.get("/channels?limit=2" + after).body();
            Pattern.compile("\"name\":\"([^\"]*)\"")
                    .matcher(page)
                    .results()
                    .forEach(found -> names.add(found.group(1)));
            var next = Pattern.compile("\"next\":\"([^\"]*)\"").matcher(page);
            after = next.find()
                    ? "&after=" + java.net.URLEncoder.encode(next.group(1), java.nio.charset.StandardCharsets.UTF_8)
                    : "";
        } while (!after.isEmpty());
        assertThat(names).containsExactly("a/x", "b", "c", "d", "ä");
        assertThat(all).contains("\"name\":\"d\"", "\"closed\":true");
    }

    @Test
    void sendsNoContentLengthForTheHeadOfAChannel() {
        assertThat(server.get("/channels/a").body()).isNotEmpty();
        assertThat(head("a", "Content-Length")).isEmpty();
        assertThat(server.send("HEAD", "/channels").headers().firstValue("Content-Length"))
                .hasValue("" + server.get("/channels").body().length());
    }

    @Test
    void listsNoChannels() {
        assertThat(server.get("/channels").body()).isEqualTo("{\"channels\":[]}\n");
        assertThat(server.get("/channels", "Accept", "application/json").body()).isEqualTo("{\"channels\":[]}\n");
    }

    @Test
    void deletesAChannelWithItsEnd() {
        publish("a", "1");
        server.post("/channels/a?close=true", "");
        for (int i = 0; i < 2; i++) { // A repetition has no effect.
            HttpResponse<String> answer = server.send("DELETE", "/channels/a");
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(server.entries("a")).isEmpty();
        publish("a", "anew");
        assertThat(server.entries("a")).hasSize(1);
    }

    @Test
    void forgetsOneEvent() {
        String first = publish("a", "secret");
        publish("a", "2");
        assertThat(server.send("DELETE", "/channels/a?id=" + first).statusCode())
                .isEqualTo(204);
        assertThat(((Event) server.entries("a").get(0)).isForgotten()).isTrue();
        assertThat(((Event) server.entries("a").get(1)).isForgotten()).isFalse();
        for (String other : new String[] {"zzz-1", "anything~else", publish("b", "3")}) {
            HttpResponse<String> answer = server.send("DELETE", "/channels/a?id=" + other);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("/problems/no-such-event");
        }
    }

    @Test
    void forgetsAllOfAKey() {
        server.post("/channels/a?key=alice", "1");
        server.post("/channels/a?key=bob", "2");
        server.post("/channels/a?key=alice", "3");
        assertThat(server.send("DELETE", "/channels/a?key=alice").statusCode()).isEqualTo(204);
        assertThat(server.send("DELETE", "/channels/a?key=nobody").statusCode()).isEqualTo(204);
        assertThat(server.entries("a").stream().map(entry -> ((Event) entry).isForgotten()))
                .containsExactly(true, false, true);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /channels/a?id=a&key=b,    400, bad-parameter",
        "DELETE, /channels/a?id=,           400, bad-parameter",
        "DELETE, /channels/a?id=a%20b,      400, bad-parameter",
        "DELETE, /channels/a?key=,          400, bad-parameter",
        "DELETE, /channels/a?kye=a,         400, unknown-parameter",
        "DELETE, /channels/a/*,             400, bad-name",
        "DELETE, /channels/$sys,            403, reserved-name",
        "DELETE, /channels,                 405, method-not-allowed",
        "GET,    /channels?limit=0,         400, bad-parameter",
        "GET,    /channels?limit=1001,      400, bad-parameter",
        "GET,    /channels?after=a//b,      400, bad-name",
        "GET,    /channels?last=5,          400, unknown-parameter"
    })
    void refuses(String method, String path, int status, String type) {
        HttpResponse<String> answer = server.send(method, path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("\"type\":\"/problems/" + type + "\"");
    }

    @Test
    void refusesTheHeadOfAPattern() {
        assertThat(server.send("HEAD", "/channels/a/*").statusCode()).isEqualTo(400);
        assertThat(server.send("HEAD", "/channels?name=a&as=sse").statusCode()).isEqualTo(400);
        assertThat(server.send("HEAD", "/channels").statusCode()).isEqualTo(200);
    }
}
