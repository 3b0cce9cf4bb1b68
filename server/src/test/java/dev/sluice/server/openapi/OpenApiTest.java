package dev.sluice.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.Problems;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Compares the OpenAPI document with the running server.
final class OpenApiTest {
    private static final TestServer SERVER = TestServer.start();
    private static final JsonNode DOCUMENT =
            new JsonMapper().readTree(SERVER.get("/openapi.json").body());

    private static final String VERSIONED_CLIENT = "/"
            + SERVER.get("/client.js").headers().firstValue("Content-Location").orElseThrow();

    @AfterAll
    static void close() {
        SERVER.close();
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
                Row.of("GET", one, "/channels/a?after=HEAD", "If-None-Match: \"HEAD\"\r\n", "", 304),
                Row.of("GET", one, "/channels/e?as=sse&after=HEAD", "", "", 204),
                Row.of("GET", many, "/channels", "", "", 200),
                Row.of("GET", many, "/channels?name=a&name=b/*", "Accept: text/event-stream\r\n", "", 200),
                Row.of("GET", many, "/channels?as=sse", "", "", 400),
                Row.of("GET", many, "/channels?name=a", "Accept: image/png\r\n", "", 406),
                Row.of("GET", many, "/channels?name=a&name=b&gap=fail", "Last-Event-ID: elsewhere-1\r\n", "", 410),
                Row.of("GET", many, "/channels?name=a&name=b", upgrade + "Sec-WebSocket-Version: 13\r\n", "", 101),
                Row.of("GET", many, "/channels?name=a", upgrade + "Sec-WebSocket-Version: 8\r\n", "", 426),
                Row.of("GET", many, "/channels?name=a&after=HEAD", "If-None-Match: \"HEAD\"\r\n", "", 304),
                Row.of("GET", many, "/channels?name=e&name=pe&as=ndjson&after=HEAD", "", "", 204),
                Row.of("HEAD", one, "/channels/a", "", "", 200),
                Row.of("HEAD", one, "/channels/a//b", "", "", 400),
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
                Row.of("GET", "/presence/{name}", "/presence/a", "", "", 200),
                Row.of("GET", "/presence/{name}", "/presence/$a", "", "", 400),
                Row.of("GET", "/livez", "/livez", "", "", 200),
                Row.of("GET", "/readyz", "/readyz", "", "", 200),
                Row.of("GET", "/client.js", "/client.js", "", "", 200),
                Row.of("GET", "/client-{hash}.js", "/client-{hash}.js", "", "", 200),
                Row.of("GET", "/client.js.map", "/client.js.map", "", "", 200),
                Row.of("GET", "/openapi.json", "/openapi.json", "", "", 200));
    }

    @Test
    void describesEachAnswer() {
        Set<String> seen = new TreeSet<>();
        for (Row row : rows()) {
            String head = ask(row);
            String what = row.method + " " + row.target + " as documented at " + row.path;
            assertThat(head).as(what).startsWith("HTTP/1.1 " + row.status + " ");
            JsonNode documented = operation(row).path("responses").path(Integer.toString(row.status));
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
        assertThat(seen).isEqualTo(documentedStatuses());
    }

    private static String ask(Row row) {
        String head = SERVER.log().head().text();
        try (var client = new RawClient(SERVER);
                var listening = new RawClient(SERVER)) {
            String target = there(row.target).replace("HEAD", head);
            if (target.contains("SESSION")) target = target.replace("SESSION", session(listening));
            client.send(row.method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                    + row.headers.replace("HEAD", head) + "Content-Length: " + row.body.length() + "\r\n\r\n");
            // The server answers by Content-Length, without waiting for the body.
            if (row.body.length() <= 1 << 20) client.send(row.body);
            return client.until("\r\n\r\n");
        }
    }

    /// A concrete path for a path template of the document.
    private static String there(String path) {
        return path.replace("{name}", "a").replace("/client-{hash}.js", VERSIONED_CLIENT);
    }

    private static String session(RawClient listening) {
        listening.send("GET /session HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
        return listening.until("heartbeat").replaceAll("(?s).*\"session\":\"([0-9a-f]+)\".*", "$1");
    }

    private static JsonNode operation(Row row) {
        return DOCUMENT.path("paths").path(row.path).path(row.method.toLowerCase(Locale.ROOT));
    }

    private static Set<String> documentedStatuses() {
        Set<String> all = new TreeSet<>();
        DOCUMENT.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> {
                    for (String status : operation.path("responses").propertyNames()) {
                        if (!status.equals("default"))
                            all.add(method.toUpperCase(Locale.ROOT) + " " + path + " " + status);
                    }
                }));
        return all;
    }

    @Test
    void listsTheMethodsOfEachPath() {
        DOCUMENT.path("paths").forEachEntry((path, methods) -> {
            Set<String> expected = new TreeSet<>(Set.of("OPTIONS"));
            for (String method : methods.propertyNames()) expected.add(method.toUpperCase(Locale.ROOT));
            if (expected.contains("GET")) expected.add("HEAD");
            try (var client = new RawClient(SERVER)) {
                client.send("OPTIONS " + there(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.until("\r\n\r\n"))
                        .containsIgnoringCase("allow: " + String.join(", ", expected) + "\r\n");
            }
        });
    }

    /// The server lists its parameters in the refusal of one that is similar to none of them.
    @Test
    void listsTheParametersOfEachOperation() {
        String unlike = "q".repeat(40) + "=1";
        DOCUMENT.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> {
                    Set<String> documented = parameters(operation, "query");
                    if (documented.isEmpty()) return;
                    Set<String> known = new HashSet<>(known(method, path.replace("{name}", "a") + "?" + unlike));
                    if (documented.contains("name")) known.addAll(known(method, path + "?name=a&" + unlike));
                    else known.remove("name"); // Known only to be refused together with a path.
                    assertThat(known).as(method + " " + path).isEqualTo(documented);
                }));
    }

    private static Set<String> known(String method, String target) {
        try (var client = new RawClient(SERVER)) {
            client.send(method.toUpperCase(Locale.ROOT) + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
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
        for (JsonNode type : DOCUMENT.at("/components/schemas/Problem/properties/type/enum"))
            documented.add(type.asString());
        assertThat(documented)
                .isEqualTo(Arrays.stream(Problems.values())
                        .map(Problems::type)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void hasNoDanglingReferences() {
        Set<String> operationIds = new HashSet<>();
        for (JsonNode id : DOCUMENT.findValues("operationId"))
            assertThat(operationIds.add(id.asString())).isTrue();
        assertThat(DOCUMENT.path("openapi").asString()).startsWith("3.1.");
        for (JsonNode reference : DOCUMENT.findValues("$ref")) {
            assertThat(DOCUMENT.at(reference.asString().substring(1)).isObject())
                    .as(reference.asString())
                    .isTrue();
        }
    }
}
