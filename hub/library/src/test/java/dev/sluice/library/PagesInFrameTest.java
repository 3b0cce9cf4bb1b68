package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Access;
import dev.sluice.CannotStartException;
import dev.sluice.Page;
import dev.sluice.Sluice;
import dev.sluice.core.LoggedLines;
import dev.sluice.server.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Pages of a program in the frame of the hub's pages.
final class PagesInFrameTest {
    private static final Map<String, String> TITLE = Map.of("en", "Shop <1>");

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> get(Sluice app, String path, String language)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(app.uri() + path)).header("Accept-Language", language);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void showsAPageInTheFrameAndInTheReadersLanguage() throws Exception {
        var app = Sluice.inMemory().port(0);
        Examples.page(app);
        try (app) {
            app.start();
            var english = get(app, "/prices/", "en");
            assertThat(english.statusCode()).isEqualTo(200);
            assertThat(english.body())
                    .contains("<html lang=\"en\">", "<title>Prices · Sluice</title>")
                    .contains("data-t=\"prices.hint\">Each price as it changes.</p>")
                    .contains("aria-label=\"Prices\"", "<a href=\"../channels/prices\">")
                    .contains("<link rel=\"stylesheet\" href=\"prices.css\">")
                    .contains("<script type=\"module\" src=\"prices.js\"></script>")
                    .contains("<a class=\"to\" href=\"../prices/\" aria-current=\"page\">")
                    .contains("\"prices.new\":[\"{stock} \\u003cnow>\",\"{stock} 最新\"]")
                    .contains("id=\"palette\"", "id=\"state\"");
            assertThat(header(english, "Content-Security-Policy"))
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; ")
                    .contains("require-trusted-types-for 'script'", "frame-ancestors 'self'");

            var chinese = get(app, "/prices/", "zh-CN");
            assertThat(chinese.body())
                    .contains("<html lang=\"zh\">", "<title>价格 · Sluice</title>")
                    .contains("data-t=\"prices.hint\">价格变化时即时显示。</p>");
            for (String file : new String[] {"prices.css", "prices.js"}) {
                assertThat(get(app, "/prices/" + file, "en").statusCode())
                        .as(file)
                        .isEqualTo(200);
            }
            assertThat(get(app, "/", "en").body())
                    .contains("href=\"./prices/\"")
                    .doesNotContain("href=\"./prices/\" aria-current");
        }
    }

    @Test
    void showsOnEachPageHowMuchNeedsAttentionOnALinkedOneToThoseWhoMayRead() throws Exception {
        var alarms = new AtomicInteger();
        var access = new AtomicReference<>(Access.everything());
        try (var app = Sluice.inMemory()
                .port(0)
                .authorizer(_ -> access.get())
                .link("/shop/", "M4 7l4-3", TITLE, "shop/**", alarms::get)
                .page("/about/", Page.of("<p>about</p>", Map.of("en", "About us")))
                .start()) {
            for (String path : List.of("/", "/about/"))
                for (String language : List.of("en", "zh")) {
                    alarms.set(1234);
                    assertThat(get(app, path, language).body())
                            .as(path)
                            .contains("Shop &lt;1&gt;</span><span class=\"count\">▲ 1,234</span></a>");
                    access.set(Access.nothing().allow(Access.Action.LIST, "**"));
                    assertThat(get(app, path, language).body()).as(path).doesNotContain("▲");
                    access.set(Access.everything());
                    alarms.set(0);
                    assertThat(get(app, path, language).body()).as(path).doesNotContain("▲");
                }
        }
    }

    @Test
    void hasThePagesAboveAsItsBreadcrumbAndEscapesTheirTitles() throws Exception {
        try (var app = Sluice.inMemory()
                .port(0)
                .page("/about/", Page.of("<p>about</p>", Map.of("en", "About us")))
                .page("/shop/", Page.of("<p>all</p>", TITLE))
                .mount("/shop/shoes", below -> below.page("/red", Page.of("<p>red</p>", Map.of("en", "Red"))))
                .start()) {
            assertThat(get(app, "/shop/shoes/red", "en").body())
                    .contains("<h1><a href=\"../../shop/\">Shop &lt;1&gt;</a>")
                    .contains("<span class=\"slash\">/</span><span>Red</span></h1>")
                    .contains("<p>red</p>")
                    .doesNotContain("About us");
            var head = http.send(
                    HttpRequest.newBuilder(URI.create(app.uri() + "/shop/"))
                            .method("HEAD", BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void isOnePageForAllSegmentsThatAStarStandsFor() throws Exception {
        var title = Map.of("en", "Shoe");
        try (var app = Sluice.inMemory()
                .port(0)
                .page("/shop/", Page.of("<p>all</p>", TITLE))
                .page("/shop/*/size", Page.of("<p>size</p>", title).script("../size.js"))
                .page("/bags/", Page.of("<p>all</p>", TITLE))
                .page(
                        "/bags/*",
                        Page.of("<p>bag</p>", title),
                        request -> request.stars().equals(List.of("red")),
                        Page.of("<p>no bag</p>", title))
                .start()) {
            for (String shoe : new String[] {"red", "blue%20one"}) {
                assertThat(get(app, "/shop/" + shoe + "/size", "en").body())
                        .contains("<p>size</p>", "src=\"../size.js\"", "href=\"../../page/design/base.css\"")
                        .contains("<a href=\"../../shop/\">", "Shoe</span></h1>");
            }
            assertThat(get(app, "/bags/red", "en").statusCode()).isEqualTo(200);
            assertThat(get(app, "/bags/blue", "en"))
                    .returns(404, HttpResponse::statusCode)
                    .extracting(HttpResponse::body)
                    .asString()
                    .contains("<p>no bag</p>", "<a href=\"../bags/\">");
            assertThatThrownBy(() -> Sluice.inMemory().page("/shop/**", Page.of("", title)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'**' is not allowed");
        }
    }

    @Test
    void refusesToStartWithAPageThatCannotBeShown() {
        var unknownWord = Page.of("<p data-t=\"no.such\"></p>", TITLE);
        var unknownValue = Page.of("<p>{{price}}</p>", TITLE);
        var wordOfTheHub = Page.of("", TITLE).words(Map.of("pause", Map.of("en", "Break")));
        var noEnglish = Page.of("", TITLE).words(Map.of("my.word", Map.of("zh", "词")));
        var oddName = Page.of("", TITLE).words(Map.of("My_Word", Map.of("en", "word")));
        for (Page page : new Page[] {unknownWord, unknownValue, wordOfTheHub, noEnglish, oddName}) {
            assertThatThrownBy(
                            () -> Sluice.inMemory().port(0).page("/shop/", page).start())
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageStartingWith("page /shop/: ");
        }
        assertThatThrownBy(() -> Sluice.inMemory()
                        .port(0)
                        .withoutHubPaths()
                        .page("/shop/", Page.of("", TITLE))
                        .start())
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("withoutHubPaths");
    }

    /// As the pages of the demos are: to make them would take a fifth of a start, and an event loop that makes one
    /// keeps readers waiting.
    @Test
    void rendersPagesAfterTheStart() throws Exception {
        var made = new ConcurrentLinkedQueue<String>();
        var hasStarted = new CountDownLatch(1);
        try (var app = Sluice.inMemory()
                .port(0)
                .page("/a/", () -> {
                    awaitStart(hasStarted);
                    return made(made, "a");
                })
                .page("/bare/", () -> {
                    throw new IllegalStateException("as this test requires");
                })
                .page("/shop/", () -> made(made, "shop"))
                .page("/shop/red", () -> made(made, "red"))
                .start()) {
            assertThat(get(app, "/shop/red", "en").body()) // Asked for before it is its turn.
                    .contains("<a href=\"../shop/\">shop</a>", "red</span></h1>", "<p>red</p>");
            assertThat(made).containsExactlyInAnyOrder("red", "shop");
            hasStarted.countDown();
            Await.that(() -> made.contains("a"));
            assertThat(get(app, "/a/", "en").body()).contains("<p>a</p>");
            assertThat(get(app, "/shop/red", "en").body()).contains("<p>red</p>");
            assertThat(made).containsExactlyInAnyOrder("red", "shop", "a");
        }
    }

    private static void awaitStart(CountDownLatch hasStarted) {
        try {
            if (!hasStarted.await(60, TimeUnit.SECONDS)) throw new AssertionError("never started");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static Page made(Collection<String> made, String name) {
        assertThat(Thread.currentThread().isVirtual())
                .as("a program's code runs on no event loop")
                .isTrue();
        made.add(name);
        return Page.of("<p>" + name + "</p>", Map.of("en", name));
    }

    @Test
    void answers500WhereAPageCannotBeRenderedAndLogsItAfterTheStart() throws Exception {
        try (var warnings = new LoggedLines("dev.sluice.server.page.ProgramPages");
                var app = Sluice.inMemory()
                        .port(0)
                        .page("/shop/", () -> Page.of("<p>{{price}}</p>", TITLE))
                        .page("/bare/", () -> {
                            throw new IllegalStateException("as this test requires");
                        })
                        .page("/fine/", () -> Page.of("<p>fine</p>", TITLE))
                        .start()) {
            for (String path : new String[] {"/shop/", "/bare/"}) {
                Await.that(() -> warnings.lines().contains("a page cannot be shown, path=\"" + path + "\""));
            }
            for (int i = 0; i < 2; i++) {
                assertThat(get(app, "/shop/", "en").statusCode()).isEqualTo(500);
                assertThat(get(app, "/bare/", "en").statusCode()).isEqualTo(500);
            }
            assertThat(get(app, "/fine/", "en").body()).contains("<p>fine</p>");
            assertThat(warnings.lines()).hasSize(2); // However often the pages are asked for.
        }
        assertThatThrownBy(() -> Sluice.inMemory()
                        .port(0)
                        .withoutHubPaths()
                        .page("/shop/", () -> Page.of("", TITLE))
                        .start())
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("withoutHubPaths");
    }

    @Test
    void refusesWithoutAPageWhereTheFrameIsNotServed() throws Exception {
        try (var bare = Sluice.inMemory().port(0).withoutHubPaths().start();
                var hub = Sluice.inMemory().port(0).start()) {
            for (Sluice app : new Sluice[] {bare, hub}) {
                var request =
                        HttpRequest.newBuilder(URI.create(app.uri() + "/none")).header("Accept", "text/html");
                assertThat(header(http.send(request.build(), HttpResponse.BodyHandlers.ofString()), "Content-Type"))
                        .isEqualTo(
                                app.uri().equals(bare.uri()) ? "application/problem+json" : "text/html; charset=utf-8");
            }
        }
    }

    @Test
    void refusesPagesWithoutATitleOrWithMessagesThatAreNoObjects() {
        assertThatThrownBy(() -> Page.of("", Map.of("zh", "店"))).hasMessageContaining("English");
        assertThatThrownBy(() -> Page.of(PagesInFrameTest.class, "none.html", TITLE))
                .hasMessageContaining("none.html");
        assertThatThrownBy(() -> Page.of("", TITLE).words(PagesInFrameTest.class, "prices/prices.css"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("words are");
    }
}
