package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ClientModuleTest {
    private static final Path BUILT = Path.of("../../clients/client-js/dist");
    private static final int ZIPPED_BYTES_MAX = 13_600; // Stated in client-js/README.md.

    @AutoClose
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static void assertBuilt(String name, String served) throws IOException {
        // A boolean, because the difference of minified files is unreadable.
        boolean isBuilt = served.equals(Files.readString(BUILT.resolve(name)));
        assertThat(isBuilt).as(name + " is what is checked in").isTrue();
    }

    @Test
    void servesTheMinifiedBuildThatIsCheckedIn() throws IOException {
        var answer = server.get("/client.js");
        assertBuilt("client.js", answer.body());
        assertThat(header(answer, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");
    }

    @Test
    void hasTheSizeStatedInTheReadme() throws Exception {
        var request = HttpRequest.newBuilder(server.uri("/client.js"))
                .timeout(TestServer.PATIENCE)
                .header("Accept-Encoding", "gzip");
        try (var http = HttpClient.newHttpClient()) {
            var zipped = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(header(zipped, "Content-Encoding")).isEqualTo("gzip");
            assertThat(zipped.body()).hasSizeLessThanOrEqualTo(ZIPPED_BYTES_MAX);
        }
    }

    @Test
    void namesAPathWhoseContentsNeverChange() {
        var entry = server.get("/client.js");
        String versioned = header(entry, "Content-Location");
        assertThat(versioned).matches("client-[0-9a-f]{16}\\.js");
        var answer = server.get("/" + versioned);
        assertThat(answer.body()).isEqualTo(entry.body());
        assertThat(header(answer, "Cache-Control")).isEqualTo("private, max-age=31536000, immutable");
        assertThat(server.get("/client-0123456789abcdef.js").statusCode()).isEqualTo(404);
    }

    @Test
    void linksToItsSourceMap() throws IOException {
        assertThat(server.get("/client.js").body()).endsWith("\n//# sourceMappingURL=client.js.map\n");
        var answer = server.get("/client.js.map");
        assertBuilt("client.js.map", answer.body());
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    }

    @Test
    void isAvailableToPagesOfOtherOrigins() {
        String versioned = header(server.get("/client.js"), "Content-Location");
        for (String path : new String[] {"/client.js", "/" + versioned, "/client.js.map"}) {
            assertThat(header(server.get(path), "Cross-Origin-Resource-Policy"))
                    .as(path)
                    .isEqualTo("cross-origin");
        }
    }
}
