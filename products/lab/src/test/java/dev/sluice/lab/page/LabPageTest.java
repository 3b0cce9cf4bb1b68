package dev.sluice.lab.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.lab.Lab;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.server.Browser;
import dev.sluice.server.page.Axe;
import dev.sluice.server.page.FirstView;
import dev.sluice.server.tls.DevelopmentCertificate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.json.JsonMapper;

/// The page in Chromium, with its own lab hub and without a certificate.
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT) // The tests wait for measurements most of the time.
@Order(1)
class LabPageTest {
    /// Limits the screen to twelve frames per second: without a graphics card, the strips of seven lanes use
    /// up a processor that the measurements need.
    private static final String SLOW_SCREEN = """
            const next = requestAnimationFrame;
            window.requestAnimationFrame = (drawn) => setTimeout(() => next(drawn), 80);
            """;

    private Sluice hub;
    private Browser browser;

    @BeforeEach
    void open() {
        hub = Sluice.inMemory().port(0).withoutShutdownHook();
        Lab.on(hub, Optional::empty, InstantSource.system());
        hub.start();
        browser = Browser.english().on(1440, 1000, "light");
        browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", SLOW_SCREEN));
    }

    @AfterEach
    void close() {
        browser.close();
        hub.close();
    }

    @Test
    void racesAllLanesThatCanRunAndShowsASeventhClientWaiting() {
        browser.open(hub.uri() + "/lab/?mode=race&rate=20&clients=1&interval=200");
        browser.run("document.querySelector('#start').click()");
        for (String lane : new String[] {"polling", "long-polling", "sse", "fetch-lines", "fetch-text", "websocket"}) {
            browser.await("document.querySelector('#lane-" + lane + " .figures').textContent.match(/^[\\d.]+ ms/)");
        }
        assertThat(browser.texts("#lane-sse-http2 .why"))
                .containsExactly("Needs HTTPS: this hub has no certificate for it.");
        browser.run("document.querySelector('#lane-sse [data-kind=tabs]').click()");
        browser.await("document.querySelector('#here-connections').textContent === "
                + "'6 connections for 7 clients: 1 wait.'");
        drawsAllChartsWithOneCrosshair();
        drawsBarsForWhoWantsNoMotion();
        browser.run("document.querySelector('#end').click()");
        browser.await("!document.querySelector('#start').disabled");
        assertThat(browser.complaints()).isEmpty();
        assertThat(Axe.violations(browser)).isEmpty();
    }

    /// Pointing at a moment in one chart shows it in all of them, and its values in the table.
    private void drawsAllChartsWithOneCrosshair() {
        String names = "['p50', 'p99', 'up', 'down', 'requests', 'open', 'cpu', 'memory', 'lost', 'repeated', 'back']";
        browser.run("document.querySelector('#charts').scrollIntoView()");
        browser.await(names + ".every((name) => document.querySelector('#chart-' + name + ' .u-over'))");
        browser.await("[...document.querySelectorAll('#moment-values [data-lane=sse] td')].slice(0, 6)"
                + ".every((cell) => Number(cell.textContent) >= 0)");
        browser.await("document.querySelector('#moment-values [data-lane=all]').cells[8].textContent > 0");
        browser.run(
                "const area = document.querySelector('#chart-p50 .u-over'); const box = area.getBoundingClientRect();"
                        + "area.dispatchEvent(new MouseEvent('mouseenter', { bubbles: true }));"
                        + "area.dispatchEvent(new MouseEvent('mousemove', { bubbles: true, movementX: 1, clientX: box.left + 2, clientY: box.top + 9 }));");
        browser.await("document.querySelector('#moment').value === '0'");
        // The crosshair is at the first step in the other charts, and under the pointer in this one.
        browser.await(names + ".slice(1).every((name) => document.querySelector('#chart-' + name + ' .u-cursor-x')"
                + ".style.transform.startsWith('translate(0px'))");
        assertThat(browser.texts("#moment-values [data-lane=sse] td").getFirst())
                .as("nothing had arrived at the beginning")
                .isEqualTo("–");
    }

    /// Recognizes bars: they stand on the edge of the strip, and the highest fills it; dots reach neither
    /// edge.
    private static final String BARS = """
            (() => {
                const strip = document.querySelector('#lane-%s canvas');
                const { width, height } = strip;
                const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
                pen.drawImage(strip, 0, 0);
                const { data } = pen.getImageData(0, 0, width, height);
                const isFull = (x) => Array.from({ length: height }, (_, y) => data[(y * width + x) * 4 + 3])
                    .every((alpha) => alpha === 255);
                return Array.from({ length: width }, (_, x) => x).some(isFull);
            })()""";

    private void drawsBarsForWhoWantsNoMotion() {
        String bars = BARS.formatted("sse");
        assertThat(browser.run("return " + bars)).as("bars among dots").isEqualTo(false);
        browser.command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        browser.await(bars);
    }

    @Test
    void measuresOneLaneAfterTheOtherAndRecommendsOne() {
        browser.open(hub.uri()
                + "/lab/?mode=measure&rate=20&clients=1&interval=200&seconds=1&cut=0&lanes=polling,sse,websocket");
        browser.run("document.querySelector('#start').click()");
        awaitMeasured(3);
        assertThat(browser.texts("#results tr")).hasSize(3);
        assertThat(browser.run("return [...document.querySelectorAll('#results tr')].every(row => "
                        + "Number(row.cells[4].textContent) >= 100 && row.cells[13].textContent === '0')"))
                .as("each lane has a hundred bytes and more for each event, and loses none")
                .isEqualTo(true);
        browser.await("document.querySelector('#advice').textContent.startsWith('SSE, HTTP/1.1: ')");
        assertThat(browser.run("return " + BARS.formatted("websocket")))
                .as("the lane shows what was measured, after its run")
                .isEqualTo(true);
        saysWhatIsExtrapolated();
        browser.run("document.querySelector('#need input[value=BUFFERING_PROXY]').click()");
        browser.await("document.querySelector('#advice').textContent.startsWith('WebSocket: ')");
        browser.await("document.querySelector('#refused').textContent === 'SSE, HTTP/1.1: held back by the proxy'");
        assertThat(browser.run("return [...document.querySelectorAll('#results tr')].every(row => "
                        + "Number(row.cells[9].firstChild.textContent) >= 0)"))
                .as("memory that an event takes from the hub's heap")
                .isEqualTo(true);
        need("send", 5);
        browser.await("document.querySelector('#advice').textContent.startsWith('These clients send, too')");
        exportsTheRun();
    }

    /// Uses fixed figures: one client was measured, and the need has fifty thousand.
    private void saysWhatIsExtrapolated() {
        recommended(0.001);
        assertThat(browser.texts("#advice"))
                .containsExactly("SSE, HTTP/1.1: about 110 kB/s and 3.64 ms. The lowest of all lanes that meet the"
                        + " need. Next: WebSocket, 1.6 times as much.");
        assertThat(browser.texts("#advice-basis").getFirst())
                .startsWith("An extrapolation: ")
                .contains("measured with 1, times 50,000 readers")
                .contains("No processor time is stated");
        recommended(1_234_567);
        assertThat(browser.texts("#advice").getFirst()).contains("about 110 kB/s, 1,200,000 cores and 3.64 ms.");
        assertThat(browser.texts("#advice-basis").getFirst()).doesNotContain("No processor time");
        need("readers", 1);
        browser.await("document.querySelector('#advice-basis').textContent === ''");
        saysThatTheNextIsAlike();
        browser.run("window.fetch = asked; delete window.asked");
        need("readers", 50_000);
        browser.await("!document.querySelector('#advice').textContent.includes('1,200,000')");
        browser.await("document.querySelector('#advice-basis').textContent !== ''");
    }

    private void saysThatTheNextIsAlike() {
        browser.run(
                "window.fetch = async (path, ...more) => path !== 'recommend' ? asked(path, ...more) : Response.json(["
                        + "{lane: 'sse', bytesPerSecond: 100, cores: 1, latencyMs: 3, cost: 100},"
                        + "{lane: 'websocket', bytesPerSecond: 102, cores: 1, latencyMs: 3, cost: 102}])");
        need("readers", 1);
        browser.await(
                "document.querySelector('#advice').textContent.endsWith('but hardly lower than the next: WebSocket.')");
    }

    /// Shows a response of the hub whose best lane takes this many cores.
    private void recommended(double cores) {
        browser.run(
                "const cores = arguments[0]; window.asked ??= window.fetch;"
                        + "window.fetch = async (path, ...more) => path !== 'recommend' ? asked(path, ...more) : Response.json(["
                        + "{lane: 'sse', bytesPerSecond: 114321.9, cores: cores, latencyMs: 3.6432, cost: 114321.9},"
                        + "{lane: 'websocket', bytesPerSecond: 178123, cores: 9e9, latencyMs: 3.1, cost: 178123}])",
                cores);
        browser.run("window.told = document.querySelector('#advice').textContent");
        need("readers", 50_000);
        browser.await("document.querySelector('#advice').textContent !== told");
    }

    private void need(String name, int value) {
        browser.run(
                "const need = document.getElementById('need-' + arguments[0]); need.value = arguments[1];"
                        + "need.dispatchEvent(new Event('input', { bubbles: true }))",
                name,
                value);
    }

    /// Waits for each row separately, because a lane takes more than ten seconds by its plan alone.
    private void awaitMeasured(int rows) {
        for (int i = 1; i <= rows; i++) {
            browser.await("document.querySelectorAll('#results tr').length >= arguments[0]", i);
        }
        browser.await("document.querySelector('#said').textContent === 'Measured.'");
    }

    private void exportsTheRun() {
        browser.run("window.saved = []; const url = URL.createObjectURL;"
                + "HTMLAnchorElement.prototype.click = () => {};" // Prevents a download into the test's folder.
                + "URL.createObjectURL = (blob) => { saved.push(blob); return url.call(URL, blob); };"
                + "document.querySelector('#json').click(); document.querySelector('#png').click();");
        var json = JsonMapper.shared()
                .readTree((String) browser.runAsync("const done = arguments[0]; saved[0].text().then(done)"));
        assertThat(json.at("/plan/rate").asInt()).isEqualTo(20);
        assertThat(json.at("/lanes").values().stream()
                        .map(lane -> lane.at("/lane").asString()))
                .containsExactly("polling", "sse", "websocket");
        assertThat(json.at("/lanes/1/delivered/down").asDouble()).isGreaterThan(100);
        assertThat(json.at("/lanes/1/footprint/memoryBytes").isNumber()).isTrue();
        Object signature = browser.runAsync("const done = arguments[0];"
                + "(async () => { while (saved.length < 2) await new Promise(requestAnimationFrame);"
                + " done(String.fromCharCode(...new Uint8Array(await saved[1].slice(1, 4).arrayBuffer()))); })()");
        assertThat(signature).isEqualTo("PNG");
    }

    @Test
    void measuresWhatTheBrowserSendsAndHowLongItIsGoneAfterACut() {
        browser.open(
                hub.uri()
                        + "/lab/?mode=measure&direction=both&channels=2&rate=20&clients=2&seconds=1&lanes=fetch-lines,websocket");
        browser.run("document.querySelector('#start').click()");
        awaitMeasured(4);

        assertThat(browser.texts("#results tr th"))
                .containsExactly("fetch, JSON lines", "fetch, JSON lines ↑", "WebSocket", "WebSocket ↑");
        assertThat(browser.run("const number = (row, cell) => Number(row.cells[cell].firstChild.textContent);"
                        + "const [down, up, , frame] = document.querySelectorAll('#results tr');"
                        + "return number(up, 3) > number(frame, 3) + 300 && number(frame, 3) >= 50"
                        + " && number(down, 11) >= 0 && [up, frame].every(row => row.cells[13].textContent === '0')"))
                .as(
                        "a request takes more than a frame, both are back after the cut, and nothing was lost on the way up")
                .isEqualTo(true);
        browser.await("['fetch-lines', 'websocket'].every(lane => Number(document.querySelector("
                + "`#moment-values [data-lane=${lane}]`).cells[11].textContent) >= 0)");
        assertThat(browser.run("const moment = document.querySelector('#moment');"
                        + "return Array.from({ length: Number(moment.max) + 1 }, (_, i) => {"
                        + "  moment.value = i; moment.dispatchEvent(new Event('input'));"
                        + "  return document.querySelector('#moment-values [data-lane=websocket] td').textContent;"
                        + "}).some((latencies) => /^[\\d.]+ · [\\d.]+ ↑$/.test(latencies))"))
                .as("a moment with latencies of both ways")
                .isEqualTo(true);
    }

    @Test
    void leadsAroundABufferingProxyAndDownTheFallbackChainByHand() {
        browser.open(hub.uri() + "/lab/");
        browser.run("document.querySelector('[data-demo=old]').click()");
        for (String lane : new String[] {"WebSocket", "fetch, JSON lines", "SSE, HTTP/1.1", "Long polling"}) {
            browser.await("document.querySelector('#here-old button').textContent === 'Refuse " + lane + "'");
            browser.run("document.querySelector('#here-old button').click()");
        }
        browser.await("document.querySelector('#here-old').textContent.endsWith('here the chain ends.')");
        browser.await("!document.querySelector('#start').disabled");
        browser.run("document.querySelector('[data-demo=network]').click()");
        browser.await("document.querySelector('#here-network button')");
        browser.run("document.querySelector('#here-network button').click()");
        browser.await("/Through the same proxy: WebSocket [\\d.]+ ms, Long polling/"
                + ".test(document.querySelector('#here-network').textContent)");
    }

    /// Nothing passes and nothing closes: the hub waits ten seconds here, a browser for ever.
    @Test
    @Tag("long")
    void showsThatTheHubNoticesAClientThatIsGone() {
        browser.open(hub.uri() + "/lab/");
        browser.run("document.querySelector('[data-demo=dead]').click()");
        browser.await("/^The hub \\(which allows 10 s here, 60 by default\\) noticed: SSE, HTTP.1.1 [\\d.]+ s,"
                + " WebSocket [\\d.]+ s\\. This browser: SSE, HTTP.1.1 not noticed, WebSocket not noticed\\.$/"
                + ".test(document.querySelector('#here-dead').textContent)");
    }

    /// Restarts the hub with a certificate for the lane that needs one.
    private DevelopmentCertificate encrypt(Path folder) throws Exception {
        var made = DevelopmentCertificate.in(folder, Instant.now(), List.of("localhost", "127.0.0.1"));
        hub.close();
        hub = Sluice.inMemory().port(0).withoutShutdownHook();
        Lab.on(hub, () -> Optional.of(new LabTls(made.authority(), folder.resolve("hub.pem"))), InstantSource.system());
        hub.start();
        return made;
    }

    @Test
    void opensASeventhStreamWhereTheyShareAConnection(@TempDir Path folder) throws Exception {
        encrypt(folder);
        browser.open(hub.uri() + "/lab/");
        browser.run("document.querySelector('[data-demo=connections]').click()");
        browser.awaitText(
                "#here-connections",
                "HTTP/1.1: 6 connections for 7 tabs, 1 wait. HTTP/2: 7 of 7 tabs connected; connections: 1.");
    }

    @Test
    void saysWhichAuthorityToTrustForHttp2(@TempDir Path folder) throws Exception {
        var made = encrypt(folder);
        // A page can't distinguish a certificate that its browser refuses from any other failure before the
        // first response.
        browser.command("Network.enable", Map.of());
        browser.command("Network.setBlockedURLs", Map.of("urls", List.of("https://127.0.0.1:*/*")));
        browser.open(hub.uri() + "/lab/?mode=race&rate=20&clients=1&lanes=sse-http2");
        browser.run("document.querySelector('#start').click()");
        browser.await(
                "document.querySelector('#lane-sse-http2 .why').textContent === arguments[0]",
                "Your browser does not trust the local certificate. Trust the authority in " + made.authority()
                        + ", then start again.");
    }

    @Test
    void letsNoPageOfAnotherSiteStartIt() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(hub.uri() + "/lab/open"))
                    .header("Sec-Fetch-Site", "cross-site")
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void showsItselfInChinese() {
        try (var chinese = Browser.chinese().on(390, 844, "dark")) {
            chinese.open(hub.uri() + "/lab/");
            chinese.await("document.querySelector('#start').textContent === '开始'");
            FirstView.of(chinese).assertSmall("on a phone").assertStill("on a phone");
            assertThat(chinese.run("return document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(Axe.violations(chinese)).isEmpty();
            assertThat(chinese.complaints()).isEmpty();
        }
        browser.open(hub.uri() + "/lab/").await("document.querySelector('#lanes').children.length === 7");
        FirstView.of(browser).assertSmall("on a desk").assertStill("on a desk");
    }
}
