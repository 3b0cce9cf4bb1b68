package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.server.RawClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/// Proxies and pages of other sites at the paths of a program.
final class ProgramOriginPolicyTest {
    /// The default of nginx.
    private static String throughProxy(String path) {
        return "GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1:8420\r\nConnection: close\r\nAccept: */*\r\n\r\n";
    }

    @Test
    void acceptsAnyProxyForAProgramWithoutAHub() {
        try (var program = Sluice.inMemory()
                        .port(0)
                        .get("/", _ -> Response.text("mine"))
                        .withoutHubPaths();
                var started = program.start();
                var client = new RawClient(started.port())) {
            assertThat(client.send(throughProxy("/")).until("\r\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void acceptsAProxyForAProgramWithAHubIfConfigured() {
        try (var program = Sluice.inMemory()
                        .port(0)
                        .get("/", _ -> Response.text("mine"))
                        .behindProxy()
                        .origins("https://shop.example");
                var started = program.start();
                var client = new RawClient(started.port())) {
            assertThat(client.send(throughProxy("/channels")).until("\r\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void doesNotRestrictTheRoutesOfAProgram() throws Exception {
        try (var program = Sluice.inMemory().port(0).get("/logo", _ -> Response.text("mine"));
                var http = HttpClient.newHttpClient()) {
            program.start();
            assertThat(image(http, program.uri().resolve("/logo")))
                    .matches(answer -> answer.statusCode() == 200)
                    .matches(answer -> answer.headers()
                            .firstValue("Cross-Origin-Resource-Policy")
                            .isEmpty());
            assertThat(image(http, program.uri().resolve("/channels"))).matches(answer -> answer.statusCode() == 403);
        }
    }

    private static HttpResponse<String> image(HttpClient http, URI uri) throws Exception {
        var request = HttpRequest.newBuilder(uri)
                .headers("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image");
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
