package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.AccessFilter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A log that accepts no more events, as after a disk failure.
final class FailedLogTest {
    private static final String REASON = "The disk is gone: mend it, then start the hub anew.";

    private static final class FailedLog extends ForwardingLog {
        FailedLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public String failure() {
            return REASON;
        }

        @Override
        public CompletionStage<AppendResult> append(Publication publication) {
            return CompletableFuture.failedStage(new IllegalStateException(REASON));
        }

        @Override
        public CompletionStage<Boolean> delete(ChannelName channel) {
            return CompletableFuture.failedStage(new IllegalStateException(REASON));
        }

        @Override
        public CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
            return CompletableFuture.failedStage(new IllegalStateException(REASON));
        }
    }

    @Test
    void reportsTheSameProblemForAllRequestsAndToTheProgram() throws Exception {
        var failures = new LinkedBlockingQueue<String>();
        try (var hub = EmbeddedSluice.on(new FailedLog(), Configuration.DEFAULT, AccessFilter.OPEN);
                var http = HttpClient.newHttpClient()) {
            hub.port(0)
                    .onFailure(failures::add)
                    .post("/orders", _ -> {
                        hub.channel("orders").publish("1");
                        return Response.empty();
                    })
                    .start();
            for (String request : new String[] {
                "POST /channels/news",
                "DELETE /channels/news",
                "DELETE /channels/news?key=k",
                "GET /readyz",
                "POST /orders"
            }) {
                HttpResponse<String> answer = send(http, hub, request);
                assertThat(answer.statusCode()).as(request).isEqualTo(503);
                assertThat(answer.body()).as(request).contains("/problems/log-failed");
            }
            assertThat(send(http, hub, "GET /readyz").body()).contains(REASON);
            assertThat(hub.isReady()).isFalse();
            assertThat(send(http, hub, "GET /livez").statusCode()).isEqualTo(200);
            assertThat(failures.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(REASON);
        }
    }

    private static HttpResponse<String> send(HttpClient http, Sluice hub, String request) throws Exception {
        String[] words = request.split(" ", 2);
        return http.send(
                HttpRequest.newBuilder(URI.create(hub.uri() + words[1]))
                        .timeout(TestServer.PATIENCE)
                        .method(words[0], HttpRequest.BodyPublishers.ofString("1"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
