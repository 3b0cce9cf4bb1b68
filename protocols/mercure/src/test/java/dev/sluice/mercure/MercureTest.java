package dev.sluice.mercure;

import static dev.sluice.mercure.MercureHub.ALL;
import static dev.sluice.mercure.MercureHub.detail;
import static dev.sluice.mercure.MercureHub.legacy;
import static dev.sluice.mercure.MercureHub.modern;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.wire.SseBlock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What publishers and subscribers of both versions rely on, over sockets.
final class MercureTest {
    private static final String BOOK = "https://example.com/books/1";

    // --- updates

    @ParameterizedTest
    @CsvSource({
        "topic, https://example.com/books/1",
        "topic, https://example.com/books/{id}",
        "topic, *",
        "match, https://example.com/books/1",
        "match_exact, https://example.com/books/1",
        "match_urlpattern, https://example.com/books/:id",
        "match, *"
    })
    void sendsAnUpdateToSubscribersOfBothVersions(String parameter, String selector) throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read(parameter, selector)) {
            assertThat(reader.header("Content-Type")).startsWith("text/event-stream");
            mercure.publish("topic", "https://example.com/films/1", "data", "no book");
            if (selector.equals("*")) assertThat(reader.data()).isEqualTo("no book");
            String id = mercure.publish("topic", BOOK, "data", "one\n\ntwo", "type", "score", "retry", "1500");
            SseBlock block = reader.next();
            assertThat(block.data()).isEqualTo("one\n\ntwo");
            assertThat(block.type()).isEqualTo("score");
            assertThat(block.retryMs()).isEqualTo(1_500);
            assertThat(block.id()).isEqualTo(id).startsWith("#");
        }
    }

    @Test
    void sendsAnUpdateWithSeveralTopicsOnceUnderOneId() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var both = mercure.read("topic", "a", "topic", "b");
                var alternate = mercure.read("topic", "b")) {
            String id = mercure.publish("topic", "a", "topic", "b", "data", "1");
            mercure.publish("topic", "a", "topic", "b", "data", "2", "id", "mine");
            mercure.publish("topic", "a", "topic", "b", "data", "3", "id", "mine");
            mercure.publish("topic", "b", "data", "4");
            for (var reader : List.of(both, alternate)) {
                SseBlock first = reader.next();
                assertThat(first.data()).isEqualTo("1");
                assertThat(first.id()).isEqualTo(id).startsWith("urn:uuid:");
                assertThat(reader.next().id()).isEqualTo("mine");
                assertThat(reader.data()).isEqualTo("3");
                assertThat(reader.data()).isEqualTo("4");
            }
        }
    }

    @Test
    void sendsTheLastEventOfAKeyIfItHasData() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "chat/7")) {
            var channel = mercure.hub.channel("mercure/chat/7");
            channel.publish(Message.text("").key("k").removingKey());
            channel.publish(Message.text("last words").key("k").removingKey());
            assertThat(reader.data()).isEqualTo("last words");
        }
    }

    @Test
    void isReadAndPublishedByTheHubsOwnTransports() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "chat/7")) {
            mercure.hub
                    .channel("mercure/chat/7")
                    .publish(Message.text("from the hub").type("said"));
            assertThat(reader.data()).isEqualTo("from the hub");
            mercure.publish("topic", "chat/7", "topic", BOOK, "data", "{\"plain\":1}", "type", "said");

            EventPage page = mercure.hub.channels("mercure/**").earliest().read(10, Duration.ofSeconds(10));
            assertThat(page.events())
                    .hasSize(3)
                    .allSatisfy(each -> assertThat(each.type()).isEqualTo("said"));
            assertThat(page.events().get(1).text()).isEqualTo("{\"plain\":1}");
            assertThat(page.events().get(2).channel()).isEqualTo("mercure/https:/%2Fexample.com/books/1");
        }
    }

    @Test
    void hidesTheHubsOtherChannelsAndForgedUpdates() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.readWith(ALL, "topic", "*")) {
            mercure.hub.channel("orders/1").publish("secret");
            mercure.hub
                    .channel("mercure/%2F.well-known/mercure/subscriptions/x")
                    .publish("forged");
            mercure.hub.channel("mercure/50%").publish("no topic has this channel");
            mercure.hub
                    .channel("mercure/a")
                    .publish(Message.text("no event of the hub").type("mercure"));
            var forged = new UpdateFields("#x", List.of("b", "a"), 0, null).contentType();
            byte[] data = "not b".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            mercure.hub.channel("mercure/a").publish(Message.of(new Message.Data(Message.Kind.TEXT, forged, data)));
            SseBlock block = reader.next();
            assertThat(block.data()).isEqualTo("no event of the hub");
            assertThat(block.type()).isEqualTo("message");
            assertThat(reader.next().id()).isNotEqualTo("#x");
        }
    }

    @Test
    void hidesIdsOfForeignEventsThatArePlacesInTheLog() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "a")) {
            String newest = mercure.publish("topic", "a", "data", "1");
            assertThat(reader.next().id()).isEqualTo(newest);
            for (String id : List.of("", "earliest", newest, newest.substring(1), newest.substring(1) + "0")) {
                String forged = new UpdateFields(id, List.of("a"), 0, null).contentType();
                byte[] data = id.getBytes(StandardCharsets.UTF_8);
                mercure.hub.channel("mercure/a").publish(Message.of(new Message.Data(Message.Kind.TEXT, forged, data)));
                String event = mercure.hub.channel("mercure/a").latest().orElseThrow();
                assertThat(reader.next().id()).as(id).isEqualTo("#" + event);
            }
            var slow = new UpdateFields("own", List.of("a"), 0, 1_000_000_000L).contentType();
            mercure.hub
                    .channel("mercure/a")
                    .publish(Message.of(new Message.Data(Message.Kind.TEXT, slow, new byte[0])));
            assertThat(reader.next().retryMs()).isNegative();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'data=x', 400",
        "'topic=*', 400",
        "'topic=', 400",
        "'topic=%FF', 400",
        "'topic=a%00b', 400",
        "'topic=/.well-known/mercure/x', 400",
        "'topic=https://other.example/.well-known/%6Dercure/x', 400",
        "'topic=/.well-known/mercure/../mercure', 400",
        "'topic=a&type=mercure', 400",
        "'topic=a&id=%23x', 400",
        "'topic=a&id=earliest', 400",
        "'topic=a&id=a%0Ab', 400",
        "'topic=a&retry=-1', 400",
        "'topic=a&unknown=1', 200"
    })
    void checksTheFieldsOfAnUpdate(String form, int status) throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            var response = mercure.send("POST", "", form, "Content-Type", Form.TYPE, "Authorization", "Bearer " + ALL);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        }
    }

    @Test
    void refusesOtherEncodingsAndTooManyTopics() throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            var json = mercure.send(
                    "POST", "", "{}", "Content-Type", "application/json", "Authorization", "Bearer " + ALL);
            assertThat(json.statusCode()).isEqualTo(400);
            assertThat(json.body()).contains(Form.TYPE);
            String[] many = new String[34];
            for (int i = 0; i < many.length; i++) many[i] = i % 2 == 0 ? "topic" : "t" + i;
            assertThat(mercure.post(ALL, many).statusCode()).isEqualTo(413);
            assertThat(mercure.post(ALL, "topic", "x".repeat(300)).statusCode()).isEqualTo(413);
        }
    }

    // --- selectors

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "last_event_id=earliest",
                "match_regexp=a",
                "match=a&Match=b",
                "match_urlpattern=(",
                "match=a%0Ab"
            })
    void refusesRequestsWithoutUsableSelectors(String query) throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            assertThat(mercure.send("GET", "?" + query, "").statusCode()).isEqualTo(400);
        }
    }

    // --- private updates

    @Test
    void sendsPrivateUpdatesOnlyToTheAuthorized() throws Exception {
        String user = "https://example.com/users/42/books/1";
        String older = legacy("'subscribe':['https://example.com/users/42/{+rest}']", "");
        String newer =
                modern(detail("subscribe", "{'match':'https://example.com/users/42/*','match_type':'urlpattern'}"));
        try (var mercure = MercureHub.inMemory();
                var anonymous = mercure.read("topic", BOOK);
                var other = mercure.readWith(legacy("'subscribe':['https://example.com/users/7']", ""), "topic", BOOK);
                var of0 = mercure.readWith(older, "topic", "https://example.com/books/{id}");
                var of1 = mercure.readWith(newer, "match", BOOK)) {
            mercure.publish("topic", BOOK, "topic", user, "private", "", "data", "private");
            mercure.publish("topic", BOOK, "data", "public");
            assertThat(anonymous.data()).isEqualTo("public");
            assertThat(other.data()).isEqualTo("public");
            assertThat(of0.data()).isEqualTo("private");
            assertThat(of1.data()).isEqualTo("private");
            assertThat(mercure.hub
                            .channels("**")
                            .earliest()
                            .read(10, Duration.ZERO)
                            .events())
                    .as("what wildcards of the hub reach")
                    .hasSize(1);

            try (var again = mercure.read("topic", BOOK, "lastEventID", "earliest")) {
                assertThat(again.data()).isEqualTo("public");
            }
        }
    }

    // --- tokens

    @Test
    void permitsPublishersWhatTheirTokensName() throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            String older = legacy("'publish':['a','https://example.com/{id}']", "");
            String newer = modern(detail("publish", "{'match':'a'}"));
            for (String token : List.of(older, newer)) {
                assertThat(mercure.post(token, "topic", "a").statusCode()).isEqualTo(200);
                assertThat(mercure.post(token, "topic", "b").statusCode()).isEqualTo(403);
                HttpResponse<String> partly = mercure.post(token, "topic", "a", "topic", "b", "private", "on");
                assertThat(partly.statusCode()).isEqualTo(403);
                assertThat(partly.headers().firstValue("WWW-Authenticate").orElse(""))
                        .contains("insufficient_scope");
            }
            assertThat(mercure.post(older, "topic", "https://example.com/x").statusCode())
                    .isEqualTo(200);
            var none = mercure.send("POST", "", "topic=a", "Content-Type", Form.TYPE);
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.headers().firstValue("WWW-Authenticate").orElse(""))
                    .matches(
                            "Bearer resource_metadata=\"http.*/.well-known/oauth-protected-resource/.well-known/mercure\"");
        }
    }

    @Test
    void refusesTokensThatAreNotValid() throws Exception {
        String details = "'authorization_details':[" + detail("publish", "{'match':'*'}") + "]";
        String good = "'iss':'" + MercureHub.ISSUER + "','aud':'" + MercureHub.AUDIENCE + "'";
        String exp = ",'exp':4102444800,";
        List<String> bad = List.of(
                "x",
                ALL.substring(0, ALL.length() - 2),
                ALL.substring(0, ALL.lastIndexOf('.') + 1),
                MercureHub.jwt("JWT", "{'mercure':{'publish':'*'}}"),
                legacy("'publish':['*']", ",'exp':1"),
                legacy("'publish':['*']", ",'exp':'tomorrow'"),
                legacy("'publish':['*']", ",'exp':4e999999999"),
                legacy("'publish':['*']", ",'exp':4e-999999999"),
                legacy("'publish':['*']", ",'nbf':4102444800"),
                MercureHub.jwt("at+jwt", "{" + good + "," + details + "}"),
                MercureHub.jwt(
                        "at+jwt",
                        "{'iss':'https://other.example','aud':'" + MercureHub.AUDIENCE + "'" + exp + details + "}"),
                MercureHub.jwt("at+jwt", "{'iss':'" + MercureHub.ISSUER + "','aud':'other'" + exp + details + "}"),
                modern(detail("publish", "{'match':'*'}") + "," + detail("publish", "'a'")),
                modern(detail("publish", "{'match':'a','match_type':'regexp'}")));
        try (var mercure = MercureHub.inMemory()) {
            for (String token : bad) {
                HttpResponse<String> response = mercure.post(token, "topic", "a");
                assertThat(response.statusCode()).as(token).isEqualTo(401);
                assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
                        .contains("invalid_token");
            }
            String valid = MercureHub.jwt("application/AT+JWT", "{" + good + exp + details + "}");
            assertThat(mercure.post(valid, "topic", "a").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void takesTokensFromTheHeaderTheParameterAndCookies() throws Exception {
        try (var mercure = MercureHub.on(Sluice.inMemory(), settings -> settings)) {
            String token = legacy("'subscribe':['a']", "");
            String modern = modern(detail("subscribe", "{'match':'a'}"));
            try (var none = mercure.read("topic", "a");
                    var bad = mercure.readAs("Cookie", "mercureAuthorization=x", "topic", "a")) {
                assertThat(none.status()).isEqualTo(401);
                assertThat(bad.status()).isEqualTo(401);
            }
            try (var header = mercure.readAs("Authorization", "bearer " + token, "topic", "a");
                    var parameter = mercure.read("topic", "a", "authorization", token);
                    var older = mercure.readAs("Cookie", "x=y; mercureAuthorization=" + token, "topic", "a");
                    var newer = mercure.readAs("Cookie", "__Secure-mercure_access_token=" + modern, "match", "a");
                    var both = mercure.readAs(
                            "Cookie", "mercureAuthorization=x; mercureAccessToken=" + modern, "match", "a")) {
                mercure.publish("topic", "a", "private", "on", "data", "1");
                for (var each : List.of(header, parameter, older, newer, both))
                    assertThat(each.data()).isEqualTo("1");
            }
        }
    }

    // --- discovery and subscriptions

    @Test
    void describesItselfAsAProtectedResource() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "a")) {
            assertThat(reader.header("Link")).endsWith("/.well-known/mercure>; rel=\"mercure\"");
            var place = mercure.hub.uri().resolve("/.well-known/oauth-protected-resource/.well-known/mercure");
            String metadata = mercure.sendTo(place, "GET", "").body();
            assertThat(metadata).contains("\"resource\":\"" + MercureHub.AUDIENCE + "\"");
        }
    }

    @Test
    void showsActiveSubscriptionsInTheFormOfTheirVersion() throws Exception {
        String book = "https%3A%2F%2Fexample.com%2Fbooks%2F1";
        String api = "/.well-known/mercure/subscriptions";
        try (var mercure = MercureHub.on(
                        Sluice.inMemory(), each -> each.anonymous().subscriptions());
                var watcher = mercure.readWith(ALL, "topic", api + "{/topic}{/subscriber}");
                var newer = mercure.readWith(
                        modern(detail("subscribe", "{'match':'" + api + "/*','match_type':'urlpattern'}")),
                        "match_urlpattern",
                        api + "/:type/:match/:subscriber")) {
            assertThat(watcher.data()).as("its own").contains("\"active\":true");
            String token = legacy("'subscribe':['x'],'payload':{'user':'ann'}", "");
            try (var reader = mercure.readWith(token, "topic", BOOK)) {
                SseBlock begun = watcher.next();
                assertThat(begun.data())
                        .contains("\"type\":\"Subscription\"", "\"topic\":\"" + BOOK + "\"", "\"active\":true")
                        .contains("\"payload\":{\"user\":\"ann\"}", "\"id\":\"" + api + "/" + book + "/urn%3Auuid%3A");
                String auth = "Bearer " + ALL;
                var found = mercure.send("GET", "/subscriptions/" + book, "", "Authorization", auth);
                assertThat(found.statusCode()).isEqualTo(200);
                assertThat(found.headers().firstValue("Link").orElse("")).contains("last-event-id=\"#");
                assertThat(found.body()).contains("\"type\":\"Subscriptions\"").containsOnlyOnce("\"topic\":");
                String one = begun.data().replaceAll("(?s).*\"id\":\"[^\"]*/subscriptions(/[^\"]*)\".*", "$1");
                assertThat(mercure.send("GET", "/subscriptions" + one, "", "Authorization", auth)
                                .body())
                        .startsWith(begun.data().substring(0, begun.data().length() - 1))
                        .contains("\"lastEventID\":\"#");
                assertThat(mercure.send("GET", "/subscriptions" + one + "x", "", "Authorization", auth)
                                .statusCode())
                        .isEqualTo(404);
                var refused = mercure.send(
                        "GET", "/subscriptions", "", "Authorization", "Bearer " + legacy("'subscribe':['a']", ""));
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(reader.status()).isEqualTo(200);
            }
            assertThat(watcher.data()).contains(BOOK, "\"active\":false");

            SseBlock own = newer.next();
            assertThat(own.type()).isEqualTo("mercure");
            assertThat(own.data()).contains("\"match_type\":\"urlpattern\"", "\"type\":\"subscription\"");
        }
    }

    @Test
    void listsSubscriptionsByMatcherForTokensOf1() throws Exception {
        String api = "/.well-known/mercure/subscriptions";
        String token = modern(detail("subscribe", "{'match':'*'}"));
        String auth = "Bearer " + token;
        try (var mercure = MercureHub.on(
                        Sluice.inMemory(), each -> each.anonymous().subscriptions());
                var watcher = mercure.readWith(token, "match_urlpattern", api + "/:type/:match/:subscriber")) {
            assertThat(watcher.data()).as("its own").contains("\"active\":true");
            try (var exact = mercure.read("match", BOOK);
                    var pattern = mercure.read("match_urlpattern", BOOK);
                    var older = mercure.read("topic", BOOK)) {
                for (Reader each : List.of(exact, pattern, older))
                    assertThat(each.status()).isEqualTo(200);
                for (int i = 0; i < 2; i++) assertThat(watcher.data()).contains(BOOK, "\"active\":true");
                for (String type : List.of("exact", "urlpattern")) {
                    String path = "/subscriptions/" + type + "/https%3A%2F%2Fexample.com%2Fbooks%2F1";
                    var found = mercure.send("GET", path, "", "Authorization", auth);
                    assertThat(found.statusCode()).isEqualTo(200);
                    assertThat(found.headers().firstValue("Content-Type").orElse(""))
                            .startsWith("application/json");
                    assertThat(found.body())
                            .contains("\"id\":\"/.well-known/mercure" + path + "\"", "\"type\":\"subscriptions\"")
                            .contains("\"match_type\":\"" + type + "\",\"match\":\"" + BOOK + "\"")
                            .containsOnlyOnce("\"match\":")
                            .doesNotContain("@context", "lastEventID");
                }
                assertThat(mercure.send("GET", "/subscriptions/exact", "", "Authorization", auth)
                                .statusCode())
                        .isEqualTo(404);
            }
        }
    }
}
