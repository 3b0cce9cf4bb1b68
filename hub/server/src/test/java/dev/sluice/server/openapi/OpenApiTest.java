package dev.sluice.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.AuthFilter;
import dev.sluice.server.auth.TestAuth;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.policy.OriginSettings;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Compares the OpenAPI document with the running server.
final class OpenApiTest {
    private static final String ADMIN = StaticKeys.generate("ops", new SecureRandom());
    private static final TestIssuer ISSUER = TestIssuer.hs256("issuer");

    /// A server, and its document.
    private record Documented(TestServer server, JsonNode document) {
        private static Documented of(TestServer server) {
            return new Documented(
                    server,
                    new JsonMapper().readTree(server.get("/openapi.json").body()));
        }
    }

    private static final Documented OPEN = Documented.of(TestServer.start());
    private static final Documented KEYED = Documented.of(TestServer.start(keys()));

    private static final String VERSIONED_CLIENT = "/"
            + OPEN.server
                    .get("/client.js")
                    .headers()
                    .firstValue("Content-Location")
                    .orElseThrow();

    private static AuthFilter keys() {
        Map<Verb, List<Permission>> all = new EnumMap<>(Verb.class);
        for (Verb each : Verb.values()) all.put(each, List.of(Permission.on(Pattern.of("**"))));
        Permissions admin = Permissions.of(all);
        return TestAuth.filter(
                List.of(new StaticKey("ops", StaticKeys.hash(ADMIN), Set.of(), admin), ISSUER.key()),
                List.of(),
                OriginSettings.LOOPBACK,
                InstantSource.system());
    }

    static List<Documented> hubs() {
        return List.of(OPEN, KEYED);
    }

    @AfterAll
    static void close() {
        OPEN.server.close();
        KEYED.server.close();
    }

    /// A request, and the part of the document that describes it.
    ///
    /// @param path   of the document
    /// @param target of the request
    private record Row(String method, String path, String target, String headers, String body, int status) {
        private static Row of(String method, String path, String target, String headers, String body, int status) {
            return new Row(method, path, target, headers, body, status);
        }
    }

    private static List<Row> rows() {
        String many = "/channels";
        String one = "/channels/{name}";
        String json = "Content-Type: application/json\r\n";
        String lines = "Content-Type: application/x-ndjson\r\n";
        String upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
        String protocol = "Sec-WebSocket-Protocol: sluice.v1.json\r\n";
        String line = "{\"channel\":\"b\",\"data\":1}";
        return List.of(
                Row.of("PUT", one, "/channels/p", "", "x", 201),
                Row.of("PUT", one, "/channels/p?split=line", "", "x\ny", 200),
                Row.of("PUT", one, "/channels/p", json, "{", 400),
                Row.of("PUT", one, "/channels/$p", "", "x", 403),
                Row.of("PUT", one, "/channels/pe?close=true", "", "", 201),
                Row.of("PUT", one, "/channels/pe", "", "x", 409),
                Row.of("PUT", one, "/channels/p", "If-None-Match: *\r\n", "x", 412),
                Row.of("PUT", one, "/channels/p", "", "x".repeat((1 << 20) + 1), 413),
                Row.of("PUT", one, "/channels/p", "Content-Encoding: br\r\n", "x", 415),
                Row.of("PUT", one, "/channels/p", "Idempotency-Key: k\r\n", "x", 201),
                Row.of("PUT", one, "/channels/p", "Idempotency-Key: k\r\n", "y", 422),
                Row.of("POST", one, "/channels/a", "", "x", 201),
                Row.of("POST", one, "/channels/a?split=chunk", "", "x", 200),
                Row.of("POST", one, "/channels/a?type=", "", "x", 400),
                Row.of("POST", one, "/channels/$a", "", "x", 403),
                Row.of("POST", one, "/channels/e?close=true", "", "x", 201),
                Row.of("POST", one, "/channels/e", "", "x", 409),
                Row.of("POST", one, "/channels/a", "If-Match: \"a-1\"\r\n", "x", 412),
                Row.of("POST", one, "/channels/a", "", "x".repeat((1 << 20) + 1), 413),
                Row.of("POST", one, "/channels/a", "Content-Type: text/plain; charset=latin1\r\n", "x", 415),
                Row.of("POST", one, "/channels/a", "Idempotency-Key: k\r\n", "x", 201),
                Row.of("POST", one, "/channels/a", "Idempotency-Key: k\r\n", "y", 422),
                Row.of("POST", many, "/channels", lines, line, 200),
                Row.of("POST", many, "/channels", lines, "{}", 400),
                Row.of("POST", many, "/channels", lines, line.replace("b", "$b"), 403),
                Row.of("POST", many, "/channels", lines, line.replace("b", "e"), 409),
                Row.of("POST", many, "/channels?atomic=true", lines, (line + "\n").repeat(1001), 413),
                Row.of("POST", many, "/channels", "", line, 415),
                Row.of("POST", many, "/channels", lines + "Idempotency-Key: k\r\n", line, 200),
                Row.of("POST", many, "/channels", lines + "Idempotency-Key: k\r\n", line.replace("1", "2"), 422),
                Row.of("GET", one, "/channels/a", "", "", 200),
                Row.of("GET", one, "/channels/a?as=sse", "", "", 200),
                Row.of("GET", one, "/channels/a?limt=1", "", "", 400),
                Row.of("GET", one, "/channels/a", "Accept: image/png\r\n", "", 406),
                Row.of("GET", one, "/channels/a?gap=fail", "Last-Event-ID: elsewhere-1\r\n", "", 410),
                Row.of("GET", one, "/channels/a", upgrade + "Sec-WebSocket-Version: 13\r\n", "", 101),
                Row.of("GET", one, "/channels/a", upgrade + "Sec-WebSocket-Version: 8\r\n", "", 426),
                Row.of("GET", one, "/channels/a?after=HEAD", "If-None-Match: \"HEAD~0~0~0~0\"\r\n", "", 304),
                Row.of("GET", one, "/channels/e?as=sse&after=HEAD", "", "", 204),
                Row.of("GET", many, "/channels", "", "", 200),
                Row.of("GET", many, "/channels?name=a&name=b/*", "Accept: text/event-stream\r\n", "", 200),
                Row.of("GET", many, "/channels?as=sse", "", "", 400),
                Row.of("GET", many, "/channels?name=a", "Accept: image/png\r\n", "", 406),
                Row.of("GET", many, "/channels?name=a&name=b&gap=fail", "Last-Event-ID: elsewhere-1\r\n", "", 410),
                Row.of("GET", many, "/channels?name=a&name=b", upgrade + "Sec-WebSocket-Version: 13\r\n", "", 101),
                Row.of("GET", many, "/channels?name=a", upgrade + "Sec-WebSocket-Version: 8\r\n", "", 426),
                Row.of("GET", many, "/channels?name=a&after=HEAD", "If-None-Match: \"HEAD~0~0~0~0\"\r\n", "", 304),
                Row.of("GET", many, "/channels?name=e&name=pe&as=ndjson&after=HEAD", "", "", 204),
                Row.of("HEAD", one, "/channels/a", "", "", 200),
                Row.of("HEAD", one, "/channels/a//b", "", "", 400),
                Row.of("DELETE", "/channels", "/channels", "", "", 400),
                Row.of("DELETE", "/channels", "/channels?match=**&expect=0", "", "", 412),
                Row.of("DELETE", "/channels", "/channels?match=none/*", "", "", 200),
                Row.of("DELETE", one, "/channels/a?id=", "", "", 400),
                Row.of("DELETE", one, "/channels/$a", "", "", 403),
                Row.of("DELETE", one, "/channels/a?id=elsewhere-1", "", "", 404),
                Row.of("DELETE", one, "/channels/a", "", "", 204),
                Row.of("GET", "/session", "/session", "Accept: text/event-stream\r\n", "", 200),
                Row.of("GET", "/session", "/session", protocol + upgrade + "Sec-WebSocket-Version: 13\r\n", "", 101),
                Row.of("GET", "/session", "/session", upgrade + "Sec-WebSocket-Version: 13\r\n", "", 400),
                Row.of("GET", "/session", "/session", "", "", 406),
                Row.of("GET", "/session", "/session", protocol + upgrade + "Sec-WebSocket-Version: 8\r\n", "", 426),
                Row.of("POST", "/session/{session}", "/session/SESSION", "", "{\"op\":\"ping\"}", 204),
                Row.of("POST", "/session/{session}", "/session/SESSION", "", "x".repeat(3 << 20), 413),
                Row.of("POST", "/session/{session}", "/session/0", "", "{\"op\":\"ping\"}", 404),
                Row.of("GET", "/search/{name}", "/search/a?q=x&buckets=10", "", "", 200),
                Row.of("GET", "/search/{name}", "/search/a?limit=1001", "", "", 400),
                Row.of("GET", "/search", "/search?name=a&name=b", "", "", 200),
                Row.of("GET", "/search", "/search", "", "", 400),
                Row.of("GET", "/presence/{name}", "/presence/a", "", "", 200),
                Row.of("GET", "/presence/{name}", "/presence/$a", "", "", 400),
                Row.of("POST", "/drain", "/drain", "", "", 403),
                Row.of("GET", "/connections", "/connections?as=", "", "", 400),
                Row.of("GET", "/connections", "/connections", "", "", 200),
                Row.of("DELETE", "/connections", "/connections", "", "", 400),
                Row.of("DELETE", "/connections", "/connections?sub=nobody", "", "", 200),
                Row.of("DELETE", "/connections/{id}", "/connections/CONNECTION", "", "", 204),
                Row.of("DELETE", "/connections/{id}", "/connections/x", "", "", 400),
                Row.of("DELETE", "/connections/{id}", "/connections/1", "", "", 404),
                Row.of("POST", "/traces", "/traces?channel=a", "", "", 201),
                Row.of("POST", "/traces", "/traces", "", "", 400),
                Row.of("GET", "/traces", "/traces", "", "", 200),
                Row.of("GET", "/traces", "/traces?a=b", "", "", 400),
                Row.of("GET", "/traces/{id}", "/traces/1", "", "", 200),
                Row.of("GET", "/traces/{id}", "/traces/0", "", "", 404),
                Row.of("DELETE", "/traces/{id}", "/traces/1", "", "", 204),
                Row.of("DELETE", "/traces/{id}", "/traces/0", "", "", 404),
                Row.of("GET", "/deliveries/{name}", "/deliveries/a?id=HEAD", "", "", 200),
                Row.of("GET", "/deliveries/{name}", "/deliveries/a", "", "", 400),
                Row.of("POST", "/channels/{name}", "/channels/leased?lease=60", "", "x", 201),
                Row.of("PUT", "/leases/{name}", "/leases/leased?seconds=60", "", "", 204),
                Row.of("DELETE", "/leases/{name}", "/leases/leased", "", "", 204),
                Row.of("PUT", "/leases/{name}", "/leases/leased?seconds=60", "", "", 404),
                Row.of("POST", "/channels/{name}", "/channels/leased?close=true", "", "", 201),
                Row.of("PUT", "/leases/{name}", "/leases/leased?seconds=60", "", "", 409),
                Row.of("GET", "/livez", "/livez", "", "", 200),
                Row.of("GET", "/readyz", "/readyz", "", "", 200),
                Row.of("GET", "/metrics", "/metrics", "", "", 200),
                Row.of("GET", "/client.js", "/client.js", "", "", 200),
                Row.of("GET", "/client-{hash}.js", "/client-{hash}.js", "", "", 200),
                Row.of("GET", "/client.js.map", "/client.js.map", "", "", 200),
                Row.of("GET", "/openapi.json", "/openapi.json", "", "", 200));
    }

    private static List<Row> rowsWithKeys() {
        String page = "Sec-Fetch-Site: same-origin\r\n";
        long now = Instant.now().getEpochSecond();
        String alice = bearer(ISSUER.token(Map.of("sub", "alice", "exp", now + 600)));
        String large = bearer(ISSUER.token(Map.of("sub", "alice", "exp", now + 600, "pad", "x".repeat(4_000))));
        String admin = bearer(ADMIN);
        String login = "/login";
        String revocations = "/revocations";
        return List.of(
                Row.of("GET", login, login, "", "", 200),
                Row.of("POST", login, login, page + alice, "", 204),
                Row.of("POST", login, login, page + admin, "", 400),
                Row.of("POST", login, login, page + bearer("junk"), "", 401),
                Row.of("POST", login, login, alice, "", 403),
                Row.of("POST", login, login, page + large, "", 413),
                Row.of("DELETE", login, login, page, "", 204),
                Row.of("DELETE", login, login, "", "", 403),
                Row.of("POST", revocations, revocations, admin, "{\"jti\":\"1\"}", 201),
                Row.of("POST", revocations, revocations, admin, "{\"jti\":\"1\"}", 200),
                Row.of("POST", revocations, revocations, admin, "{}", 400),
                Row.of("POST", revocations, revocations, "", "{}", 401),
                Row.of("POST", revocations, revocations, alice, "{}", 403),
                Row.of("POST", revocations, revocations, admin, "x".repeat(9_000), 413),
                Row.of("GET", revocations, revocations + "?limit=7", admin, "", 200),
                Row.of("GET", revocations, revocations + "?limit=0", admin, "", 400),
                Row.of("POST", "/explain", "/explain", admin, "", 200),
                Row.of("POST", "/explain", "/explain?verb=x", admin, "", 400),
                Row.of("POST", "/explain", "/explain", "", "", 401),
                Row.of("POST", "/explain", "/explain", alice, "", 403),
                Row.of("POST", "/explain", "/explain", admin, "x".repeat(70_000), 413),
                Row.of("GET", revocations, revocations, "", "", 401),
                Row.of("GET", revocations, revocations, alice, "", 403));
    }

    /// What a hub without keys refuses on its public listener.
    private static List<Row> drains() {
        return List.of(
                Row.of("POST", "/drain", "/drain?over=7000", bearer(ADMIN), "", 400),
                Row.of("POST", "/drain", "/drain?over=3600", bearer(ADMIN), "", 202));
    }

    private static String bearer(String credential) {
        return "Authorization: Bearer " + credential + "\r\n";
    }

    @Test
    void describesEachAnswer() {
        try (TestServer open = TestServer.start();
                TestServer drained = TestServer.start(keys())) {
            Set<String> described = described(Documented.of(open), rows());
            described.addAll(described(Documented.of(drained), drains()));
            assertThat(described).isEqualTo(documentedStatuses(OPEN));
        }
    }

    @Test
    void describesLoginsAndRevocationsWhereThereAreKeys() {
        Set<String> more = documentedStatuses(KEYED);
        assertThat(more).containsAll(documentedStatuses(OPEN));
        more.removeAll(documentedStatuses(OPEN));
        assertThat(described(KEYED, rowsWithKeys())).isEqualTo(more);
    }

    /// Asks each row, and returns all.
    private static Set<String> described(Documented hub, List<Row> rows) {
        Set<String> seen = new TreeSet<>();
        for (Row row : rows) {
            String head = ask(hub.server, row);
            String what = row.method + " " + row.target + " as documented at " + row.path;
            assertThat(head).as(what).startsWith("HTTP/1.1 " + row.status + " ");
            JsonNode documented = operation(hub.document, row).path("responses").path(Integer.toString(row.status));
            assertThat(documented.isObject()).as(what).isTrue();
            documented.path("headers").forEachEntry((name, header) -> {
                if (header.path("required").asBoolean(false)) {
                    assertThat(head).as(what).containsIgnoringCase("\r\n" + name + ": ");
                }
            });
            if (documented.has("content")) {
                String type = head.replaceAll("(?is).*\r\ncontent-type: ([^;\r]*).*", "$1");
                assertThat(documented.path("content").has(type))
                        .as(what + ", " + type)
                        .isTrue();
            }
            seen.add(row.method + " " + row.path + " " + row.status);
        }
        return seen;
    }

    private static String ask(TestServer server, Row row) {
        String head = server.log().head().text();
        try (var client = new RawClient(server);
                var listening = new RawClient(server)) {
            String target = there(row.target).replace("HEAD", head);
            if (target.contains("SESSION")) target = target.replace("SESSION", session(listening));
            if (target.contains("CONNECTION")) {
                session(listening);
                target = target.replace("CONNECTION", connection(server));
            }
            client.send(row.method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                    + row.headers.replace("HEAD", head) + "Content-Length: " + row.body.length() + "\r\n\r\n");
            // The server answers by Content-Length, without waiting for the body.
            if (row.body.length() <= 1 << 20) client.send(row.body);
            return client.until("\r\n\r\n");
        }
    }

    /// The id of the stream that opened last.
    private static String connection(TestServer server) {
        String list = server.get("/connections?order=newest").body();
        return new JsonMapper().readTree(list).at("/connections/0/id").asString();
    }

    /// A concrete path for a path template of the document.
    private static String there(String path) {
        return path.replace("{name}", "a").replace("/client-{hash}.js", VERSIONED_CLIENT);
    }

    private static String session(RawClient listening) {
        listening.send("GET /session HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
        return listening.until("heartbeat").replaceAll("(?s).*\"session\":\"([0-9a-f]+)\".*", "$1");
    }

    private static JsonNode operation(JsonNode document, Row row) {
        return document.path("paths").path(row.path).path(row.method.toLowerCase(Locale.ROOT));
    }

    private static Set<String> documentedStatuses(Documented hub) {
        Set<String> all = new TreeSet<>();
        hub.document
                .path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> {
                    for (String status : operation.path("responses").propertyNames()) {
                        if (!status.equals("default"))
                            all.add(method.toUpperCase(Locale.ROOT) + " " + path + " " + status);
                    }
                }));
        return all;
    }

    @ParameterizedTest
    @MethodSource("hubs")
    void listsTheMethodsOfEachPath(Documented hub) {
        hub.document.path("paths").forEachEntry((path, methods) -> {
            Set<String> expected = new TreeSet<>(Set.of("OPTIONS"));
            for (String method : methods.propertyNames()) expected.add(method.toUpperCase(Locale.ROOT));
            if (expected.contains("GET")) expected.add("HEAD");
            try (var client = new RawClient(hub.server)) {
                client.send("OPTIONS " + there(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.until("\r\n\r\n"))
                        .containsIgnoringCase("allow: " + String.join(", ", expected) + "\r\n");
            }
        });
    }

    /// The server lists its parameters in the refusal of one that is similar to none of them.
    @ParameterizedTest
    @MethodSource("hubs")
    void listsTheParametersOfEachOperation(Documented hub) {
        String unlike = "q".repeat(40) + "=1";
        hub.document
                .path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> {
                    Set<String> documented = parameters(operation, "query");
                    boolean isRefused = hub.equals(OPEN) && path.equals("/drain");
                    if (documented.isEmpty() || isRefused) return;
                    Set<String> known =
                            new HashSet<>(known(hub.server, method, path.replace("{name}", "a") + "?" + unlike));
                    if (documented.contains("name"))
                        known.addAll(known(hub.server, method, path + "?name=a&" + unlike));
                    else known.remove("name"); // Known only to be refused together with a path.
                    assertThat(known).as(method + " " + path).isEqualTo(documented);
                }));
    }

    private static Set<String> known(TestServer server, String method, String target) {
        try (var client = new RawClient(server)) {
            client.send(method.toUpperCase(Locale.ROOT) + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                    + (server == KEYED.server ? bearer(ADMIN) : "")
                    + "Content-Type: application/x-ndjson\r\nContent-Length: 0\r\n\r\n");
            String problem = client.until("}");
            assertThat(problem).contains("There are: ");
            return Set.of(
                    problem.replaceAll("(?s).*There are: ([^.]*)\\..*", "$1").split(", ", -1));
        }
    }

    private static Set<String> parameters(JsonNode operation, String in) {
        Set<String> names = new TreeSet<>();
        for (JsonNode each : operation.path("parameters")) {
            if (each.path("in").asString().equals(in))
                names.add(each.path("name").asString());
        }
        return names;
    }

    @Test
    void listsEveryKindOfProblem() {
        Set<String> documented = new TreeSet<>();
        for (JsonNode type : OPEN.document.at("/components/schemas/Problem/properties/type/enum"))
            documented.add(type.asString());
        assertThat(documented)
                .isEqualTo(Arrays.stream(Problems.values())
                        .map(Problems::type)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("hubs")
    void hasNoDanglingReferences(Documented hub) {
        Set<String> operationIds = new HashSet<>();
        for (JsonNode id : hub.document.findValues("operationId"))
            assertThat(operationIds.add(id.asString())).isTrue();
        assertThat(hub.document.path("openapi").asString()).startsWith("3.1.");
        for (JsonNode reference : hub.document.findValues("$ref")) {
            assertThat(hub.document.at(reference.asString().substring(1)).isObject())
                    .as(reference.asString())
                    .isTrue();
        }
    }
}
