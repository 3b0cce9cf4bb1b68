package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/// The guarantee of an acknowledgement.
final class AcknowledgementTest {
    @Test
    void keepsEveryAcknowledgedEventInTheLog() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            for (int i = 0; i < 200; i++) {
                HttpRequest request = HttpRequest.newBuilder(server.uri("/channels/news"))
                        .timeout(TestServer.PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofString("event " + i))
                        .build();
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                String id = answer.body().replaceFirst("(?s).*\"id\":\"([^\"]+)\".*", "$1");
                assertThat(answer.statusCode()).isEqualTo(201);
                assertThat(server.get("/channels/news?last=1").body())
                        .contains("\"id\":\"" + id + "\"")
                        .contains("\"data\":\"event " + i + "\"");
            }
        }
    }
}
