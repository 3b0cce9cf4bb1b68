package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PagesTest {
    /// Without channels; `ChannelRowsTest` has the size of many.
    private static final int FIRST_VIEW_BYTES_MAX = 60_000;
    private static final Pattern LOADED =
            Pattern.compile("(?:href|src)=\"(?:\\./|(?:\\.\\./)+)((?:page/|client\\.js)[^\"#]*)\"");
    private static final Pattern IMPORTED = Pattern.compile("(?m)^(?:import|export) .* from '(\\.[^']+)';$");

    private static TestServer server;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        server.close();
    }

    private static HttpResponse<String> page(String path, String... headers) {
        return server.get(
                path,
                Stream.concat(Stream.of("Accept", "text/html"), Stream.of(headers))
                        .toArray(String[]::new));
    }

    private static HttpResponse<byte[]> bytes(String path, String... headers) {
        var request = HttpRequest.newBuilder(server.uri(path)).timeout(TestServer.PATIENCE);
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /// Whether the lines that are left are those of the file, and those that are not are comments.
    private static boolean withoutComments(String name, byte[] served) {
        var left = new ArrayDeque<>(
                new String(served, StandardCharsets.UTF_8).lines().toList());
        for (String each : Resources.text(name).lines().toList()) {
            if (each.equals(left.peek())) left.remove();
            else if (!each.strip().matches("(//|/\\*\\*|\\*).*")) return false;
        }
        return left.isEmpty();
    }

    @Test
    void showHowLongTheHubRunsWhateverTheWallClockSays() {
        try (TestServer old = TestServer.start()) {
            old.pass(Duration.ofDays(3));
            assertThat(old.get("/", "Accept", "text/html").body()).contains(" · up 3 d</p>");
        }
    }

    @Test
    void servesEveryFile() {
        assertThat(Resources.names().stream().filter(name -> !name.endsWith(".html")))
                .containsExactlyElementsOf(Assets.ALL);
        for (String name : Assets.ALL) {
            var answer = bytes("/page/" + name);
            assertThat(answer.statusCode()).as(name).isEqualTo(200);
            if (name.endsWith(".js"))
                assertThat(withoutComments(name, answer.body())).as(name).isTrue();
            else assertThat(answer.body()).as(name).isEqualTo(Assets.bytes(name));
            assertThat(header(answer, "Content-Security-Policy")).as(name).isEqualTo(Pages.POLICY);
            assertThat(header(answer, "X-Content-Type-Options")).as(name).isEqualTo("nosniff");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "channel/channel.js, text/javascript; charset=utf-8",
        "design/base.css, text/css; charset=utf-8",
        "icon.svg, image/svg+xml",
        "icon.png, image/png"
    })
    void servesFilesWithTheirMediaType(String name, String type) {
        assertThat(header(server.get("/page/" + name), "Content-Type")).isEqualTo(type);
    }

    @Test
    void answers304ForAFileThatTheBrowserHas() {
        String etag = header(server.get("/page/design/base.css"), "ETag");
        assertThat(etag).matches("\"[0-9a-f]{32}\"");
        assertThat(server.get("/page/design/base.css", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
        assertThat(server.get("/page/design/base.css", "If-None-Match", "*").statusCode())
                .isEqualTo(304);
        assertThat(server.get("/page/design/base.css", "If-None-Match", "\"x\", W/" + etag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(server.get("/page/words.js", "If-None-Match", etag).statusCode())
                .isEqualTo(200);
        assertThat(header(server.get("/page/design/base.css"), "Cache-Control")).contains("no-cache");
    }

    @Test
    void compressesOnRequestWithASeparateETag() throws IOException {
        var zipped = bytes("/page/design/base.css", "Accept-Encoding", "br, gzip");
        assertThat(header(zipped, "Content-Encoding")).isEqualTo("gzip");
        var plain = bytes("/page/design/base.css", "Accept-Encoding", "br, gzip;q=0");
        assertThat(header(plain, "Content-Encoding")).isEmpty();
        assertThat(header(zipped, "ETag")).isNotEqualTo(header(plain, "ETag"));
        try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(unzipped.readAllBytes()).isEqualTo(plain.body());
        }
    }

    /// A page has its visitor's name, and parts of its address: their lengths must not tell another site about each
    /// other (BREACH).
    @ParameterizedTest
    @ValueSource(strings = {"/", "/channels/news", "/connections", "/doctor/", "/nothing"})
    void compressesNoPageForOtherSites(String path) {
        for (String site : List.of("same-origin", "none", "cross-site", "same-site")) {
            var answer = bytes(
                    path,
                    "Accept",
                    "text/html",
                    "Accept-Encoding",
                    "gzip",
                    "Sec-Fetch-Site",
                    site,
                    "Sec-Fetch-Mode",
                    "navigate");
            assertThat(header(answer, "Content-Encoding")).as(site).isEqualTo(site.endsWith("site") ? "" : "gzip");
            assertThat(header(answer, "Content-Type")).as(site).isEqualTo("text/html; charset=utf-8");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/none.js",
                "/page/",
                "/page/Pages.class",
                "/page/channel/channel.html",
                "/page/%2E%2E/page/words.js"
            })
    void answers404ForOtherNames(String path) {
        var answer = server.get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/channels/news", "/channels/*/x", "/channels?name=a&name=b/**"})
    void allowsAPageToRunOnlyItsFiles(String path) {
        var answer = page(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");
        assertThat(header(answer, "Content-Security-Policy"))
                .isEqualTo(Pages.POLICY)
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe");
        // Inline scripts and styles, which the policy would block.
        assertThat(answer.body())
                .doesNotContainPattern("<script(?![^>]* src=)(?! type=\"application/json\")")
                .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|javascript:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/channels",
                "/channels/news",
                "/channels/**",
                "/connections",
                "/settings",
                "/openapi",
                "/traces",
                "/doctor/",
                "/nothing"
            })
    void keepsTheFirstViewSmallAndNamesAllItsFilesInThePage(String path) {
        long bytes =
                bytes(path, "Accept", "text/html", "Accept-Encoding", "gzip").body().length;
        Set<String> loaded = new LinkedHashSet<>();
        // Asked for by phones that put the page on their home screen, and not before.
        String html = page(path).body().replaceFirst("<link rel=\"apple-touch-icon\"[^>]*>", "");
        LOADED.matcher(html).results().forEach(found -> loaded.add("/" + found.group(1)));
        assertThat(loaded).hasSizeGreaterThan(5);
        for (String file : loaded) {
            bytes += bytes(file, "Accept-Encoding", "gzip").body().length;
            // A module imported only by another module would cost a further round trip.
            if (!file.endsWith(".js") || file.equals("/client.js")) continue;
            IMPORTED.matcher(server.get(file).body())
                    .results()
                    .forEach(found -> assertThat(loaded)
                            .as(file)
                            .contains(URI.create(file).resolve(found.group(1)).getPath()));
        }
        assertThat(bytes).isLessThan(FIRST_VIEW_BYTES_MAX);
    }

    /// A proxy may serve the hub below any path.
    @ParameterizedTest
    @CsvSource({
        "/,                   ./",
        "/channels?name=**,   ./",
        "/channels/news,      ../",
        "/channels/a/b%20c/d, ../../../",
        "/channels/a%2Fb,     ../"
    })
    void linksRelativeToThePageItself(String path, String root) {
        String body = page(path).body();
        assertThat(body).contains("src=\"" + root + "page/early.js\"", "class=\"brand\" href=\"" + root + "\"");
        assertThat(body).doesNotContainPattern("(?:href|src)=\"/");
    }

    @Test
    void scriptsNameNoPathFromTheRoot() {
        for (String name : Assets.ALL) {
            if (name.endsWith(".png")) continue;
            assertThat(Resources.text(name))
                    .as(name)
                    .doesNotContainPattern("['`\"]/(?:page|channels|presence|session|client)");
        }
    }

    @Test
    void namesNoOtherHostInAnyFile() {
        // The namespace of SVG is only a name; the two templates are addresses of this hub.
        for (String name : Resources.names()) {
            if (name.endsWith(".png")) continue;
            assertThat(Resources.text(name)
                            .replace("http://www.w3.org/2000/svg", "")
                            .replace("http://www.w3.org/1999/xhtml", "")
                            .replace("http://www.w3.org/1998/Math/MathML", "")
                            .replace("{{address}}", "")
                            .replace("${location.origin}", ""))
                    .as(name)
                    .doesNotContainPattern("(?i)(https?|wss?):?//|[\"'(]//[a-z]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            zh-CN,zh;q=0.9,en;q=0.8 | zh
            zh                      | zh
            ZH-Hant-TW              | zh
            en-US,en;q=0.9,zh;q=0.8 | en
            en;q=0.5, zh;q=0.6      | zh
            de, fr;q=0.9            | en
            de, zh;q=0.1            | zh
            zh;q=0                  | en
            zh;q=x, en;q=0.1        | en
            *                       | en
            zhx                     | en
            """)
    void usesThePreferredLanguageOfTheBrowser(String accepted, String language) {
        String title = language.equals("zh") ? "<h1>概览</h1>" : "<h1>Overview</h1>";
        assertThat(page("/", "Accept-Language", accepted).body()).contains("<html lang=\"" + language + "\">", title);
    }

    @Test
    void usesTheLanguageThatItsUserChose() {
        String[] chinese = {"Accept-Language", "en", "Cookie", "a=b; sluice-language=zh"};
        assertThat(page("/", chinese).body()).contains("<html lang=\"zh\">", "<h1>概览</h1>");
        assertThat(page("/", "Accept-Language", "zh", "Cookie", "sluice-language=tlh")
                        .body())
                .contains("<html lang=\"zh\">");
    }

    /// A browser that paints half of a document moves it when the rest has come.
    @ParameterizedTest
    @ValueSource(strings = {"/", "/channels/news", "/connections", "/nothing"})
    void isPaintedOnlyWhenComplete(String path) {
        String body = page(path).body();
        assertThat(body).contains("<link rel=\"expect\" href=\"#announcer\" blocking=\"render\">");
        assertThat(body).containsPattern("<p id=\"announcer\"[^>]*></p>\\s*</body>");
    }

    /// Words that a script would fill in later would move the page under its reader.
    @ParameterizedTest
    @ValueSource(strings = {"/", "/channels", "/channels/news"})
    void arrivesWithAllItsTexts(String path) {
        assertThat(page(path).body()).doesNotContainPattern("data-t=\"[^\"]*\"[^>]*></");
    }

    @ParameterizedTest
    @CsvSource({"/, overview", "/channels, channels", "/channels/news, channels", "/channels/**, all"})
    void marksThePageInTheNavigation(String path, String entry) {
        assertThat(page(path).body())
                .containsOnlyOnce("aria-current=\"page\"")
                .contains("data-page=\"" + entry + "\" aria-current=\"page\"");
    }

    @Test
    void listsTheChannelsForAPersonAndForAProgram() {
        assertThat(header(page("/channels"), "Content-Type")).startsWith("text/html");
        assertThat(header(server.get("/channels"), "Content-Type")).isEqualTo("application/json");
    }

    @Test
    void hasAnIconWhereBrowsersLookForIt() {
        assertThat(header(server.get("/favicon.ico"), "Content-Type")).isEqualTo("image/png");
    }
}
