package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.server.http.Security;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that a page of another site makes without `Origin`: images, scripts, `fetch` without CORS, frames, links.
final class CrossSiteTest {
    private static final String JOIN = "/channels/chat?as=json&wait=1&join=true&client=evil";
    private static final String[] IMAGE = {
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"
    };
    private static final String[] LINK = {
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"
    };

    private static TestServer hub;

    @BeforeAll
    static void start() {
        hub = TestServer.start(new Security(false, false, Set.of(), Set.of("https://shop.example")));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static String head(String path, String... headers) {
        try (var client = new RawClient(hub)) {
            return client.get(path, headers).until("\r\n\r\n");
        }
    }

    @Test
    void anImageOfAnotherSiteJoinsNothing() {
        assertThat(head(JOIN, IMAGE)).startsWith("HTTP/1.1 403 ");
        assertThat(hub.get("/presence/chat").body()).doesNotContain("evil");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/channels/chat?as=sse",
                "/channels/chat?as=json",
                "/channels",
                "/session?as=sse",
                "/presence/chat",
                "/",
                "/page/words.js",
                "/openapi.json",
                "/readyz",
                "/nowhere"
            })
    void noPathOfTheHubIsLoadedByAnotherSite(String path) {
        for (String site : new String[] {"cross-site", "same-site"}) {
            assertThat(head(path, "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: empty"))
                    .as(site)
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "same-origin, cors,     empty",
        "same-origin, no-cors,  image",
        "none,        navigate, document",
        "cross-site,  navigate, document",
        "same-site,   navigate, document",
    })
    void theHubsOwnPagesAndLinksToItComeIn(String site, String mode, String dest) {
        for (String path : new String[] {"/", "/channels/chat"}) {
            assertThat(head(
                            path,
                            "Accept: text/html",
                            "Sec-Fetch-Site: " + site,
                            "Sec-Fetch-Mode: " + mode,
                            "Sec-Fetch-Dest: " + dest))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aLinkNeverJoinsAndIsNoFrame() {
        assertThat(head(JOIN, LINK)).startsWith("HTTP/1.1 403 ");
        assertThat(head(
                        "/channels/chat",
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Mode: navigate",
                        "Sec-Fetch-Dest: iframe"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(hub.get("/presence/chat").body()).doesNotContain("evil");
    }

    @Test
    void anAllowedOriginComesIn() {
        assertThat(head(
                        "/channels/chat?as=sse",
                        "Origin: https://shop.example",
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Mode: cors",
                        "Sec-Fetch-Dest: empty"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void theClientMayBeLoadedFromAnywhere() {
        assertThat(head("/client.js", IMAGE))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("cross-origin-resource-policy: cross-origin\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/channels/chat?as=json", "/channels/chat?as=sse", "/channels", "/livez", "/nowhere", "/"})
    void answersOfTheHubAreForItsOwnPages(String path) {
        assertThat(head(path)).containsIgnoringCase("cross-origin-resource-policy: same-origin\r\n");
    }

    @Test
    void whatAProgramServesIsItsOwnBusiness() throws Exception {
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
