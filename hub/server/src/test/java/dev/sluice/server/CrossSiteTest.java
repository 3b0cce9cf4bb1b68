package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.policy.OriginSettings;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests of pages of another site without `Origin`: images, scripts, `fetch` without CORS, frames, links.
final class CrossSiteTest {
    private static final String JOIN = "/channels/chat?as=json&wait=1&join=true&client=evil";
    private static final String[] IMAGE = {
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"
    };
    private static final String[] LINK = {
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"
    };

    @AutoClose
    private static TestServer hub;

    @BeforeAll
    static void start() {
        hub = TestServer.start(new OriginSettings(false, false, Set.of(), Set.of("https://shop.example")));
    }

    private static String head(String path, String... headers) {
        try (var client = new RawClient(hub)) {
            return client.get(path, headers).until("\r\n\r\n");
        }
    }

    @Test
    void refusesAJoinByAnImageOfAnotherSite() {
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
                "/search/chat",
                "/",
                "/page/words.js",
                "/openapi.json",
                "/readyz",
                "/nowhere"
            })
    void refusesToLoadAnyPathIntoAnotherSite(String path) {
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
    void allowsTheHubsOwnPagesAndLinksToIt(String site, String mode, String dest) {
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
    void refusesToJoinByALinkAndToLoadIntoAFrame() {
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
    void allowsPagesOfAllowedOrigins() {
        assertThat(head(
                        "/channels/chat?as=sse",
                        "Origin: https://shop.example",
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Mode: cors",
                        "Sec-Fetch-Dest: empty"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void allowsAllSitesToLoadTheClient() {
        assertThat(head("/client.js", IMAGE))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("cross-origin-resource-policy: cross-origin\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/channels/chat?as=json", "/channels/chat?as=sse", "/channels", "/livez", "/nowhere", "/"})
    void restrictsAnswersToPagesOfTheHub(String path) {
        assertThat(head(path)).containsIgnoringCase("cross-origin-resource-policy: same-origin\r\n");
    }
}
