package dev.sluice.server.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which answers come compressed: `docs/decisions/0017-when-http2-and-compression.md`.
final class GzipTest {
    private final TestServer server = TestServer.start();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void fillTheHub() {
        for (int i = 0; i < 100; i++) server.publish("fleet/host-" + i + "/cpu", "71 %");
    }

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path)).timeout(TestServer.PATIENCE);
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static Optional<String> coding(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Encoding");
    }

    @Test
    void aLongListIsAFractionOfItself() throws IOException, InterruptedException {
        HttpResponse<byte[]> plain = get("/channels");
        HttpResponse<byte[]> zipped = get("/channels", "Accept-Encoding", "br, gzip");
        assertThat(coding(plain)).isEmpty();
        assertThat(coding(zipped)).contains("gzip");
        assertThat(zipped.headers().firstValue("Vary").orElseThrow()).contains("Accept-Encoding");
        assertThat(zipped.body().length).isLessThan(plain.body().length / 4);
        try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(unzipped.readAllBytes()).isEqualTo(plain.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/channels?limit=3", "/channels/fleet/host-1/cpu?as=json"})
    void aShortAnswerOrOneThatComesInPiecesIsPlain(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = get(path, "Accept-Encoding", "gzip");
        assertThat(coding(answer)).isEmpty();
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("{\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void doesNotCompressForPagesOfOtherSites(String site) throws IOException, InterruptedException {
        assertThat(coding(get("/channels", "Accept-Encoding", "gzip", "Sec-Fetch-Site", site)))
                .isEmpty();
        assertThat(coding(get("/channels", "Accept-Encoding", "gzip", "Sec-Fetch-Site", "same-origin")))
                .contains("gzip");
    }
}
