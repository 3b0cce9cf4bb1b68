package dev.sluice.demos.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.demos.Demo;
import dev.sluice.demos.TestHub;
import dev.sluice.demos.Use;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GalleryTest {
    @AutoClose
    private static Browser browser;

    private Sluice hub;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.english();
    }

    @BeforeEach
    void startHub() {
        hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        hub.start();
    }

    @AfterEach
    void stopHub() {
        List<String> complaints = browser.complaints();
        browser.open("about:blank");
        hub.close();
        assertThat(complaints).isEmpty();
    }

    /// Waits until the demo is shown: a browser may report completion before it has left the previous page.
    private void open(String demo) {
        browser.open("about:blank").open(hub.uri().resolve("/demos/#" + demo));
        browser.find("#" + demo + " #frame iframe");
    }

    private static final String SOURCES = ".demo:not([hidden]) .sources a";
    private static final String FRAME = "document.querySelector('#frame iframe').contentDocument";

    /// Waits for a condition in the demo's page, which is a separate document.
    private static void awaitInFrame(String condition) {
        browser.runAsync("""
                const done = arguments[arguments.length - 1];
                const look = () => {
                    const page = document.querySelector('#frame iframe')?.contentDocument;
                    if (page?.readyState === 'complete' && page.body && (%s)) done(null);
                    else setTimeout(look, 20);
                };
                look();
                """.formatted(condition));
    }

    private static void clickInFrame(String selector) {
        awaitInFrame("page.querySelector('" + selector + "')");
        browser.run(FRAME + ".querySelector(arguments[0]).click()", selector);
    }

    private static void awaitWire(String text) {
        browser.await("document.querySelector('.bytes').textContent.includes(arguments[0])", text);
    }

    /// Records everything that the view of the bytes shows: the view itself keeps only the newest, and a fast
    /// demo continues while a busy machine looks for a text.
    private static void recordWire() {
        browser.run("""
                const wire = document.querySelector('.bytes');
                window.recorded = wire.textContent;
                new MutationObserver(changes => {
                    for (const { addedNodes } of changes) for (const { textContent } of addedNodes) recorded += textContent;
                }).observe(wire, { subtree: true, childList: true });
                """);
    }

    private static void awaitRecorded(String... texts) {
        browser.await("arguments[0].every(text => recorded.includes(text))", List.of(texts));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            clock  | #open    | current time is                  | data: {"data":"current time is
            ticker |          | 服务端推送数据                     | event: update
            hello  |          | Hello World                      | data: {"message":"Hello World"
            live   | #connect | 连接已建立                         | data: {"message":"连接已建立"}
            chat   |          | Welcome to the WebSocket server! | Welcome to the WebSocket server!
            """)
    void runsEachDemoWithItsBytesBesideIt(String demo, String button, String shown, String bytes) {
        open(demo);
        if (button != null) clickInFrame(button);
        awaitInFrame("page.body.textContent.includes('" + shown + "')");
        awaitWire("HTTP/1.1 ");
        awaitWire(bytes);
        assertThat(browser.texts(".demo:not([hidden]) h2")).hasSize(1);
    }

    @Test
    void showsADirectlyOpenedPageInTheFrameOfTheHub() {
        browser.open(hub.uri().resolve("/demos/clock/ws.html"));
        browser.find("#clock #frame iframe");
        clickInFrame("#send"); // On the second page of the demo.
        awaitWire("FIN · text 0x1 · ");
        assertThat(browser.texts("#side a[aria-current]")).containsExactly("Demos");
    }

    @Test
    void showsChatMessagesOnTheWire() {
        open("chat");
        awaitWire("Welcome");
        awaitInFrame("page.getElementById('state').dataset.state === 'open'");
        browser.run(FRAME + ".getElementById('text').value = 'Goal!'");
        clickInFrame("button.main");
        awaitInFrame("page.body.textContent.includes('You said: ')");
        awaitWire("You said: "); // Sent to this page on its own connection.
        awaitWire("FIN · text 0x1 · ");
        browser.await(
                "[...document.querySelectorAll('#wire .sent .unit-text')].some((each) => each.textContent.endsWith(': Goal!'))");
    }

    @Test
    void runsTheTypewriterAndShowsItsAnswerOnTheWire() {
        open("typewriter");
        awaitWire("Begin an answer above");
        recordWire();
        clickInFrame("#write");
        awaitRecorded("User-Agent: Mozilla/5.0", "HTTP/1.1 200 OK\\r\\n", "data: Why "); // The page's own request.
        assertThat(browser.texts("#wire .sent .unit-text")).hasSize(1);
        browser.choose("connection", "text");
        recordWire();
        clickInFrame("#write"); // The first answer may be complete.
        awaitRecorded("text · ");
        clickInFrame("#stop");
        awaitInFrame("[...page.querySelectorAll('.columns .live')].every(each => each.dataset.state === 'ended')");
        awaitWire("done: true");
    }

    @Test
    void showsBothSidesOfAHandshake() {
        open("clock");
        clickInFrame("#open");
        awaitWire("Accept: text/event-stream\\r\\n");
        browser.find(".pages a:last-child").click();
        awaitInFrame("page.location.pathname.endsWith('/clock/ws.html') && page.body.textContent.includes('收到客户端的消息')");
        awaitWire("Upgrade: websocket\\r\\n");
        awaitWire("HTTP/1.1 101 Switching Protocols\\r\\n");
        awaitWire("收到客户端的消息：这是客户端发送的消息");
    }

    @Test
    void servesTheSourcesOfTheRunningDemos() throws Exception {
        for (Demo demo : Demo.all()) {
            open(demo.name());
            List<String> names = browser.texts(SOURCES);
            assertThat(names).as(demo.name()).hasSizeGreaterThan(1);
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                String folder = name.endsWith(".java") ? "src/main/java" : "src/main/resources";
                String file = Files.readString(Path.of(folder, "dev/sluice/demos", name));
                browser.run("document.querySelectorAll(arguments[0])[arguments[1]].click()", SOURCES, i);
                browser.await("document.getElementById('code').textContent === arguments[0]", file);
                assertThat(browser.texts("#code .code-keyword")).as(name).hasSizeGreaterThan(3);
            }
            browser.await("document.activeElement.id === 'code'"
                    + " && document.getElementById('source').getBoundingClientRect().top < innerHeight / 2");
            browser.run("document.getElementById('source-close').click()");
            assertThat(browser.run("return document.activeElement.textContent")).isEqualTo(names.getLast());
        }
    }

    @Test
    void showsEveryDemoAndIsLinkedFromTheHub() {
        open("clock");
        assertThat(browser.run("return [...document.querySelectorAll('.demo')].map(each => each.id).sort().join()"))
                .isEqualTo(String.join(
                        ",", Demo.all().stream().map(Demo::name).sorted().toList()));
        assertThat(browser.texts(".comparison tbody tr")).hasSize(13);
        browser.open(hub.uri()).awaitState("open");
        browser.find("nav a[href='./demos/']").click();
        browser.await("document.querySelectorAll('.use canvas').length > 2");
    }

    @Test
    void closesConnectionsWhenAnotherDemoIsChosen() {
        open("live");
        clickInFrame("#connect");
        awaitInFrame("page.body.textContent.includes('连接已建立')");
        awaitWire("连接已建立");
        browser.find("#demos a[href='#typewriter']").click();
        awaitWire("Begin an answer above");
        // While the page is open, the program of each card has a subscription, and the typewriter a relay.
        int others = Use.all().size() + 1;
        Await.that(Duration.ofMinutes(1), () -> hub.running() == others, () -> hub.running() + " still run");
    }

    @Test
    void runsNothingWithoutVisitors() {
        assertThat(hub.running()).isZero();
        assertThat(hub.connections()).isZero();
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(hub.uri().resolve(path));
        if (headers.length > 0) request.headers(headers);
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void allowsOnlyThePagesOwnScripts() throws Exception {
        var link = Pattern.compile("class=\"pages\">(.*?)</dd>");
        var page = Pattern.compile("href=\"([^\"]+)\"");
        String gallery = get("/demos/").body();
        var paths = link.matcher(gallery)
                .results()
                .flatMap(found -> page.matcher(found.group(1)).results())
                .map(found -> "/demos/" + found.group(1))
                .toList();
        assertThat(paths).hasSize(10);
        for (String path : Stream.concat(Stream.of("/demos/", "/demos/quotes/"), paths.stream())
                .toList()) {
            for (String each : path.endsWith("page/") ? List.of(path, path + "index.html") : List.of(path)) {
                var answer = get(each);
                assertThat(answer.statusCode()).as(each).isEqualTo(200);
                assertThat(answer.headers()
                                .firstValue("Content-Security-Policy")
                                .orElse("none"))
                        .as(each)
                        .startsWith("default-src 'none'; ")
                        .contains(
                                "script-src 'self'",
                                "frame-ancestors 'self'",
                                "base-uri 'none'",
                                "require-trusted-types-for 'script'; trusted-types 'none'")
                        .doesNotContain("unsafe", "*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/demos/source/Demo.class",
                "/demos/source/gallery/gallery.html/x",
                "/demos/source/..%2Fx.java",
                "/demos/source/typewriter%2F..%2FDemo.java",
                "/demos/source//Demo.java",
                "/demos/source/None.java"
            })
    void servesOnlySourcesAsSources(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void letsNoVisitorEndOrDeleteTheChannelOfADemo() throws Exception {
        for (String path : List.of("/channels/demos/quotes?close=true", "/channels/demos/chat/room/lobby?close=true")) {
            var end = HttpRequest.newBuilder(hub.uri().resolve(path)).POST(HttpRequest.BodyPublishers.noBody());
            var delete = HttpRequest.newBuilder(hub.uri().resolve(path)).DELETE();
            try (var http = HttpClient.newHttpClient()) {
                assertThat(http.send(end.build(), BodyHandlers.ofString()).statusCode())
                        .as(path)
                        .isEqualTo(403);
                assertThat(http.send(delete.build(), BodyHandlers.ofString()).statusCode())
                        .as(path)
                        .isNotEqualTo(204);
            }
        }
        var other = HttpRequest.newBuilder(hub.uri().resolve("/channels/other?close=true"))
                .POST(HttpRequest.BodyPublishers.noBody());
        try (var http = HttpClient.newHttpClient()) {
            assertThat(http.send(other.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void appliesTheHubsAccessRules() throws Exception {
        for (String path :
                List.of("/demos/", "/demos/clock/api/v1/sse", "/demos/wire/open", "/demos/source/Clock.java")) {
            assertThat(get(path, "Origin", "https://elsewhere.example").statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(get("/demos").uri().getPath()).isEqualTo("/demos");
        assertThat(get("/demos").statusCode()).isEqualTo(308);
    }
}
