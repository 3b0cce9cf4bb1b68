package dev.sluice.sense.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.Event;
import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.Sense;
import dev.sluice.sense.SenseOptions;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Calls each operation of the OpenAPI document: the response of the hub matches the schema in the document
/// and has no other members.
class SenseOpenApiTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Set<String> asked = new TreeSet<>();
    private URI hubUri;
    private JsonNode document;

    @Test
    void answersEachOperationAsTheDocumentSays() throws Exception {
        try (var target = Sluice.inMemory()
                        .port(0)
                        .withoutShutdownHook()
                        .get("/ok", _ -> Response.text("well"))
                        .get("/down", _ -> Response.empty().status(503))
                        .post("/hook", _ -> Response.empty().status(204))
                        .start();
                var hub = Sluice.inMemory().port(0).withoutShutdownHook();
                var sense = Sense.on(hub, new SenseOptions(null, null))) {
            hub.start();
            hubUri = hub.uri();
            document =
                    new JsonMapper().readTree(send("GET", "/openapi.json", "").body());
            sense.start();
            BlockingQueue<Event> alerts = new LinkedBlockingQueue<>();
            hub.channels("sense/alerts").earliest().subscribe(alerts::add);
            String base = target.uri() + "";

            ask("PUT", "/notifiers/{name}", "/notifiers/ops", Map.of("type", "webhook", "url", base + "/hook"));
            ask("GET", "/notifiers", "/notifiers", null);
            ask("POST", "/notifiers/{name}/test", "/notifiers/ops/test", null);
            ask("POST", "/notifiers/{name}/retry", "/notifiers/ops/retry", null);
            Map<String, Object> definition = Map.of(
                    "type",
                    "http",
                    "url",
                    base + "/down",
                    "interval",
                    "1s",
                    "retry",
                    "1s",
                    "failures",
                    1,
                    "group",
                    "g");
            ask("POST", "/try", "/try", definition);
            ask("PUT", "/checks/{name}", "/checks/shop", definition);
            ask("PUT", "/checks/{name}", "/checks/job", Map.of("type", "heartbeat", "period", "1h"));
            assertThat(alerts.poll(60, TimeUnit.SECONDS)).isNotNull();
            ask("GET", "/checks", "/checks", null);
            ask("GET", "/checks/{name}", "/checks/shop", null);
            ask("GET", "/checks/{name}/uptime", "/checks/shop/uptime", null);
            ask("GET", "/checks/{name}/definition", "/checks/job/definition", null);
            ask("GET", "/incidents", "/incidents?limit=5", null);
            ask("POST", "/incidents/{id}/acknowledge", "/incidents/1/acknowledge", Map.of("by", "Ada"));
            ask("POST", "/incidents/{id}/comments", "/incidents/1/comments", Map.of("author", "Ada", "text", "hm"));
            ask("GET", "/incidents/{id}", "/incidents/1", null);
            ask(
                    "POST",
                    "/maintenance",
                    "/maintenance",
                    Map.of(
                            "checks",
                            List.of("shop"),
                            "begins",
                            "2026-01-01T00:00:00Z",
                            "ends",
                            "2999-01-01T00:00:00Z"));
            ask("GET", "/maintenance", "/maintenance", null);
            ask("DELETE", "/maintenance/{id}", "/maintenance/1", null);
            ask("GET", "/self", "/self", null);
            String sample = """
                    {"at": "2026-01-01T00:00:00Z", "run": "a", "seq": 1, "interval_ms": 60000, "uptime_s": 5, "cpu": 7}""";
            hub.channel("sense/samples/db-1")
                    .publish(Message.json(SenseJson.object(sample)).type("server"));
            Await.that(() -> status("/servers/db-1") == 200);
            ask("GET", "/servers", "/servers", null);
            ask("GET", "/servers/{name}", "/servers/db-1", null);
            ask("GET", "/servers/{name}/day", "/servers/db-1/day", null);
            ask("DELETE", "/checks/{name}", "/checks/shop", null);
            ask("DELETE", "/notifiers/{name}", "/notifiers/ops", null);
            assertProblems();
            assertThat(asked).isEqualTo(documented());
            assertGuidesNameAll();
        }
    }

    private void assertProblems() throws Exception {
        for (var each : List.of(
                send("GET", "/checks/nothing", ""),
                send("PUT", "/checks/a", "{\"type\":\"http\",\"ulr\":\"x\"}"),
                send("PUT", "/checks/a", "[]"),
                send("POST", "/maintenance", "{}"))) {
            assertThat(each.statusCode()).isBetween(400, 499);
            assertThat(each.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
            assertHas("Problem", each.body());
        }
    }

    private Set<String> documented() {
        Set<String> all = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method -> all.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        return all;
    }

    private void ask(String method, String path, String target, Map<String, Object> body) throws Exception {
        asked.add(method + " " + path);
        JsonNode operation = document.get("paths").get(path).get(method.toLowerCase(java.util.Locale.ROOT));
        String text = body == null ? "" : SenseJson.write(body);
        if (body != null) assertHas(schema(operation.get("requestBody")), text);
        var answer = send(method, target, text);
        JsonNode response = operation.get("responses").get(String.valueOf(answer.statusCode()));
        assertThat(response)
                .as(method + " " + target + ": " + answer.statusCode() + " " + answer.body())
                .isNotNull();
        if (answer.statusCode() != 204) assertHas(schema(response), answer.body());
    }

    private static String schema(JsonNode node) {
        String reference = node.get("content")
                .get("application/json")
                .get("schema")
                .get("$ref")
                .asString();
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private void assertHas(String schema, String json) {
        ObjectNode whole = new JsonMapper().createObjectNode();
        whole.put("$ref", "#/components/schemas/" + schema);
        whole.set("components", closed(document.get("components").deepCopy()));
        var errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole)
                .validate(json, InputFormat.JSON);
        assertThat(errors).as(schema + " " + json).isEmpty();
    }

    /// The document allows objects to have further members, but the hub must not use any that are not
    /// described.
    private static JsonNode closed(JsonNode node) {
        if (node instanceof ObjectNode object && object.has("properties") && !object.has("additionalProperties"))
            object.put("additionalProperties", false);
        node.values().forEach(SenseOpenApiTest::closed);
        return node;
    }

    private void assertGuidesNameAll() throws Exception {
        for (String guide : List.of("sense.md", "sense.zh-CN.md")) {
            String text = Files.readString(Path.of("../../docs").resolve(guide));
            assertThat(documented())
                    .allSatisfy(each -> assertThat(text).contains("`" + each.replace(" ", " /sense/api") + "`"));
        }
    }

    private int status(String path) {
        try {
            return send("GET", path, "").statusCode();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hubUri + "/sense/api" + path))
                .method(method, BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
