package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.MadeUpParameter;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A transport and a parameter are added to a hub by one entry of a list each.
final class ServerExtensionsTest {
    /// Answers with the names of the channels, and takes only what says where to begin.
    private static final class Csv implements Transport {
        @Override
        public TransportSpec spec() {
            return new TransportSpec(
                    "comma-separated values",
                    new TransportSpec.Choice.Type("text/csv", "csv"),
                    false,
                    Envelopes.JSON,
                    Set.of(ParameterGroup.TRANSPORT, ParameterGroup.CHANNELS, ParameterGroup.START));
        }

        @Override
        public void open(Exchange exchange, SubscribeRequest request) {
            byte[] body =
                    ("channels," + request.subscription().selection().patterns()).getBytes(StandardCharsets.UTF_8);
            exchange.answer(ServerResponse.of(Status.OK, "text/csv", body));
        }
    }

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Log log = MemoryLog.builder(InstantSource.system()).open();
    private Server server;

    @BeforeEach
    void start() {
        server = Server.start(
                TestServer.settings(1),
                log,
                new ServerClock(InstantSource.system(), () -> 0),
                ServerExtensions.none().with(List.of(new Csv()), List.of(MadeUpParameter.ONLY)));
    }

    @AfterEach
    void close() {
        server.close();
        log.close();
        http.close();
    }

    @Test
    void negotiatesAnAddedTransport() throws Exception {
        assertThat(get("/channels/a?as=csv").body()).isEqualTo("channels,[a]");
        assertThat(get("/channels/a/b?after=earliest", "Accept", "text/csv").body())
                .isEqualTo("channels,[a/b]");
        assertThat(get("/channels/a", "Accept", "text/csv;q=0.2, text/plain;q=0.1")
                        .body())
                .isEqualTo("channels,[a]");
    }

    @Test
    void refusesParametersThatAnAddedTransportDoesNotSupport() throws Exception {
        HttpResponse<String> refused = get("/channels/a?as=csv&type=x");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("The parameter 'type' is not for comma-separated values: leave it out.");
        assertThat(get("/channels/a?as=csv&tpe=x").body()).contains("Did you mean 'type'?");
    }

    @Test
    void namesAnAddedTransportInRefusals() throws Exception {
        HttpResponse<String> unacceptable = get("/channels/a", "Accept", "image/png");
        assertThat(unacceptable.statusCode()).isEqualTo(406);
        assertThat(unacceptable.body())
                .contains("accept text/event-stream, application/x-ndjson, text/html, application/json, text/plain or"
                        + " text/csv, or use as=.");
        HttpResponse<String> unknown = get("/channels/a?as=xml");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("is 'csv' or 'html' or 'json' or 'ndjson' or 'sse' or 'text', not 'xml'.");
    }

    @Test
    void documentsAnAddedTransportAndAnAddedParameter() throws Exception {
        JsonNode document = new JsonMapper().readTree(get("/openapi.json").body());
        assertThat(document.at("/components/parameters/as/schema/enum").toString())
                .isEqualTo("[\"sse\",\"ndjson\",\"html\",\"json\",\"text\",\"csv\"]");
        assertThat(document.at("/components/parameters/only/description").asString())
                .isEqualTo("One type.");
        for (String path : List.of("/channels", "/channels/{name}")) {
            JsonNode operation = document.path("paths").path(path).path("get");
            List<String> parameters = new ArrayList<>();
            for (JsonNode each : operation.path("parameters"))
                parameters.add(each.path("$ref").asString());
            assertThat(parameters).contains("#/components/parameters/only");
            assertThat(operation.path("responses").path("200").path("content").has("text/csv"))
                    .isTrue();
        }
    }

    @Test
    void readsAnAddedParameterInAUrlAndInASession() throws Exception {
        publish("news", "skipped");
        publish("alert", "delivered");
        try (var stream = new RawClient(port());
                var session = new RawClient(port())) {
            stream.send("GET /channels/a?as=ndjson&after=earliest&only=alert HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(stream.until("delivered")).doesNotContain("skipped");
            session.send("GET /session HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
            String id = session.until("heartbeat").replaceAll("(?s).*\"session\":\"([0-9a-f]+)\".*", "$1");
            String message =
                    "{\"op\":\"subscribe\",\"ref\":1,\"channels\":\"a\",\"after\":\"earliest\",\"only\":\"alert\"}";
            HttpRequest post = HttpRequest.newBuilder(uri("/session/" + id))
                    .POST(HttpRequest.BodyPublishers.ofString(message))
                    .build();
            assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(204);
            assertThat(session.until("delivered")).doesNotContain("skipped");
        }
    }

    private void publish(String type, String text) {
        log.append(new Publication(Draft.event(new ChannelName("a"), type, TestServer.text(text)), Conditions.NONE))
                .toCompletableFuture()
                .join();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(TestServer.PATIENCE);
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create(server.uri() + path);
    }

    private int port() {
        return server.uri().getPort();
    }
}
