package dev.sluice.relay;

import static dev.sluice.relay.RelayHub.ASKED;
import static dev.sluice.relay.RelayHub.CHAT;
import static dev.sluice.relay.RelayHub.CLIENT;
import static dev.sluice.relay.RelayHub.MEMORY_BYTES;
import static dev.sluice.relay.RelayHub.PATIENCE;
import static dev.sluice.relay.RelayHub.ask;
import static dev.sluice.relay.RelayHub.channel;
import static dev.sluice.relay.RelayHub.chunk;
import static dev.sluice.relay.RelayHub.end;
import static dev.sluice.relay.RelayHub.events;
import static dev.sluice.relay.RelayHub.post;
import static dev.sluice.relay.RelayHub.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Access;
import dev.sluice.Sluice;
import dev.sluice.core.LoggedLines;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets, rights and limits of the relay.
final class RelayLimitsTest {
    @TempDir
    private Path folder;

    @Test
    void tellsNobodyTheProvidersKeyOrThePrompt() throws Exception {
        Path log = folder.resolve("log");
        URI nowhere = URI.create("http://127.0.0.1:1");
        try (var logged = new LoggedLines("dev.sluice").atAllLevels();
                var provider = new StubProvider(RelayHub::hello);
                Sluice hub = started(Sluice.in(log), provider)) {
            HttpResponse<String> answer = ask(hub);
            HttpRequest metrics =
                    HttpRequest.newBuilder(URI.create(hub.uri() + "/metrics")).build();
            String measured = CLIENT.send(metrics, BodyHandlers.ofString()).body();
            assertThat(measured).contains("sluice_");
            assertThat(answer.body() + answer.headers() + events(hub, channel(answer)) + measured + text(logged))
                    .doesNotContain(StubProvider.KEY, "a private prompt");
        }
        try (var logged = new LoggedLines("dev.sluice").atAllLevels();
                Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook()) {
            var unreachable = new Provider("openai", Provider.Style.OPENAI, nowhere, StubProvider.KEY);
            Relay.on(hub, "/relay", List.of(unreachable), 10);
            HttpResponse<String> refused = ask(hub.start());
            assertThat(refused.statusCode()).isEqualTo(502);
            assertThat(refused.body() + refused.headers() + unreachable + text(logged))
                    .doesNotContain(StubProvider.KEY, "a private prompt");
        }
        try (var files = Files.walk(log)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
                        .as(each.toString())
                        .doesNotContain(StubProvider.KEY, "a private prompt");
            }
        }
    }

    /// With stack traces.
    private static String text(LoggedLines logged) {
        return logged.records().stream().map(new SimpleFormatter()::format).collect(Collectors.joining());
    }

    @Test
    void requiresTheRightsToPublishAndToSubscribe() throws Exception {
        try (var provider = new StubProvider(RelayHub::hello);
                Sluice hub = started(
                        Sluice.inMemory()
                                .authorizer(request ->
                                        request.header("Authorization").equals(Optional.of("Bearer w"))
                                                ? Access.readOnly("answers/*").allow(Access.Action.PUBLISH, "answers/*")
                                                : Access.readOnly()),
                        provider)) {
            assertThat(ask(hub, "Authorization", "Bearer r").statusCode()).isEqualTo(403);
            assertThat(provider.requests).isEmpty();
            assertThat(ask(hub, "Authorization", "Bearer w").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void limitsTheAnswersInProgress() throws Exception {
        try (var provider = new StubProvider(StubProvider.Call::await);
                Sluice hub =
                        started(Sluice.inMemory(), provider, new ModelCalls(1, () -> MEMORY_BYTES, Relay.SILENT_MAX))) {
            var first = CLIENT.sendAsync(post(hub, CHAT, ASKED), BodyHandlers.ofString());
            StubProvider.Call call = provider.next();

            HttpResponse<String> refused = ask(hub);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("relay.answers_max");

            call.goOn();
            first.join();
            assertThat(provider.requests).hasSize(1);
        }
    }

    @Test
    void limitsTheMemoryOfRequestsInProgress() throws Exception {
        String large = ASKED.replace("a private prompt", "x".repeat(500_000));
        var isFirst = new AtomicBoolean(true);
        try (var provider = new StubProvider(call -> {
                    if (isFirst.getAndSet(false)) call.await();
                });
                Sluice hub = started(
                        Sluice.inMemory(), provider, new ModelCalls(100, () -> 1_000 << 10, Relay.SILENT_MAX))) {
            var first = CLIENT.sendAsync(post(hub, CHAT, large), BodyHandlers.ofString());
            StubProvider.Call call = provider.next();

            HttpResponse<String> refused = CLIENT.send(post(hub, CHAT, large), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("memory");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();

            call.goOn();
            first.join();
            while (CLIENT.send(post(hub, CHAT, large), BodyHandlers.ofString()).statusCode() == 503)
                Thread.onSpinWait();
            assertThat(provider.requests).hasSize(2);
        }
    }

    @Test
    void limitsTheMemoryOfAnswersThatAreNotStreamed() throws Exception {
        try (var provider = new StubProvider(call -> call.refuse(200, "\"" + "x".repeat(1_000_000) + "\""));
                Sluice hub = started(
                        Sluice.inMemory(), provider, new ModelCalls(100, () -> 1_000 << 10, Relay.SILENT_MAX))) {
            HttpResponse<String> refused =
                    CLIENT.send(post(hub, CHAT, "{\"model\":\"m-1\",\"messages\":[]}"), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("memory");
        }
    }

    @Test
    void limitsTheMemoryOfEventsInProgress() throws Exception {
        try (var provider = new StubProvider(call -> {
                    call.stream();
                    call.write(chunk("Hel", "null") + "data: \"" + "x".repeat(2_000_000));
                    call.writeUntilClosed();
                });
                Sluice hub = started(
                        Sluice.inMemory(), provider, new ModelCalls(100, () -> 1_000 << 10, Relay.SILENT_MAX))) {
            HttpResponse<String> answer = ask(hub);
            assertThat(answer.body()).contains("Hel", "memory");
            assertThat(end(hub, channel(answer))).contains("\"failed\"", "hub-busy");
            assertThat(provider.next().ended).failsWithin(PATIENCE);
        }
    }

    @Test
    void failsItsAnswersWhenTheHubStops() throws Exception {
        Path log = folder.resolve("log");
        String channel;
        try (var provider = new StubProvider(call -> {
            call.stream();
            call.write(chunk("Hel", "null"));
            call.await();
        })) {
            try (Sluice hub = started(Sluice.in(log), provider)) {
                channel = channel(CLIENT.send(post(hub, CHAT, ASKED), BodyHandlers.ofInputStream()));
            }
            provider.next().goOn();
        }
        try (Sluice hub = Sluice.in(log).port(0).withoutShutdownHook().start()) {
            assertThat(end(hub, channel)).contains("\"failed\"", "The hub stops.");
        }
    }
}
