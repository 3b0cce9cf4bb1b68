package dev.sluice.sense.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.Sense;
import dev.sluice.sense.SenseOptions;
import dev.sluice.server.Browser;
import dev.sluice.server.page.Axe;
import dev.sluice.server.page.FirstView;
import dev.sluice.server.proxy.HostileProxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages of Sense in Chromium, on one hub with a real target.
class SensePagesTest {
    private static final AtomicInteger SHOP = new AtomicInteger(200);
    private static final AtomicInteger HOOK = new AtomicInteger(200);
    private static final BlockingQueue<Event> STATES = new LinkedBlockingQueue<>();

    /// The latest state of the shop for which a test waited.
    private static String shop = "";

    @TempDir
    private static Path folder;

    private static Sluice target;
    private static Sluice hub;
    private static Sense sense;
    private Browser browser;

    @BeforeAll
    static void startHub() throws Exception {
        target = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/shop", _ -> Response.text("all well").status(SHOP.get()))
                .get("/db", _ -> Response.text("all well"))
                .get("/slow", _ -> {
                    Thread.sleep(20);
                    return Response.text("all well");
                })
                .post("/hook", _ -> Response.empty().status(HOOK.get()))
                .start();
        Path file = Files.writeString(
                folder.resolve("sense.toml"), """
                [[check]]
                name = "shop"
                title = "The shop"
                type = "http"
                url = "%1$sshop"
                interval = "1s"
                failures = 2
                retry = "1s"
                flap_outages = 0
                depends_on = ["db-1"]

                [[check]]
                name = "db-1"
                type = "http"
                url = "%1$sdb"
                interval = "1s"
                expect_latency = "5s"
                """.formatted(target.uri().resolve("/")));
        hub = Sluice.inMemory().port(0).withoutShutdownHook();
        sense = Sense.on(hub, new SenseOptions(null, file));
        hub.start();
        hub.channels("sense/state").earliest().subscribe(STATES::add);
        sense.start();
    }

    @AfterAll
    static void stopHub() {
        sense.close();
        hub.close();
        target.close();
    }

    @BeforeEach
    void openBrowser() {
        SHOP.set(200);
        browser = Browser.english().on(1440, 900, "light");
    }

    @AfterEach
    void closeBrowser() throws InterruptedException {
        browser.close();
        SHOP.set(200);
        awaitShop("up");
    }

    private static void awaitShop(String state) throws InterruptedException {
        while (!shop.contains("\"state\":\"" + state + "\"")) {
            Event event = STATES.poll(60, TimeUnit.SECONDS);
            assertThat(event)
                    .as("the shop was never " + state + ", it is " + shop)
                    .isNotNull();
            if (event.text().contains("\"name\":\"shop\"")) shop = event.text();
        }
    }

    /// Returns the id of the newest incident, or "" if there is none.
    private static String incident() throws Exception {
        var request = HttpRequest.newBuilder(page("api/incidents?limit=1")).build();
        try (var client = HttpClient.newHttpClient()) {
            var found = Pattern.compile("\"id\":(\\d+)")
                    .matcher(client.send(request, BodyHandlers.ofString()).body());
            return found.find() ? found.group(1) : "";
        }
    }

    private static URI page(String path) {
        return hub.uri().resolve("/sense/" + path);
    }

    /// Returns the definition of a check of the database.
    private static String definition(String title) {
        String url = target.uri().resolve("/db").toString();
        return "{\"type\":\"http\",\"url\":\"%s\",\"interval\":\"1s\",\"title\":\"%s\"}".formatted(url, title);
    }

    private static void saveAsAnother(String path, String definition) throws Exception {
        var request = HttpRequest.newBuilder(page("api/" + path)).PUT(BodyPublishers.ofString(definition));
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    private static final String CHANGED =
            "document.getElementById('said').textContent.startsWith('Not saved: somebody else')";
    private static final String HEADLINE = "document.getElementById('headline').textContent";

    @Test
    void theWallSaysWhatIsDownAndIsCompleteAgainAfterACut() throws Exception {
        try (var proxy = HostileProxy.before(hub.uri())) {
            browser.open(proxy.uri("/sense/"));
            browser.await(HEADLINE + " === 'All 2 checks are up'");
            browser.await("document.querySelector('.sense-tile .passed').getAttribute('d') !== ''");

            proxy.refuse();
            proxy.reset();
            browser.await(HEADLINE + ".startsWith('Unknown since')");
            assertThat(browser.run("""
                    const good = getComputedStyle(document.documentElement).getPropertyValue('--good');
                    return [...document.querySelectorAll('.sense-state, .sense-head')]
                        .filter(each => getComputedStyle(each).getPropertyValue('--state') === good).length""")).as("green while disconnected").isEqualTo(0L);

            SHOP.set(503);
            awaitShop("down");
            proxy.admit();
            browser.run("document.getElementById('again').click()"); // The button is hidden if the page was faster.
            browser.await(HEADLINE + " === '1 of 2 down: The shop'");
            assertThat(browser.texts(".sense-title")).containsExactly("The shop", "db-1");
            assertThat(browser.texts(".sense-tile .sense-word")).containsExactly("Down", "Up");
            assertThat(browser.run("""
                    const reason = document.querySelector('.sense-tile[data-state=down] .sense-answer');
                    return Math.round(10 * reason.clientHeight / parseFloat(getComputedStyle(reason).lineHeight));"""))
                    .as("tenths of lines, of which none is shown in part")
                    .isEqualTo(20L);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aCheckIsAddedAfterATry() throws Exception {
        browser.open(page("new")).await("!document.getElementById('sense').hasAttribute('data-loading')");
        browser.find("#field-url").sendKeys(target.uri().resolve("/db").toString());
        browser.find("input[name=type][value=tcp]").click(); // A card.
        browser.find("#field-port");
        browser.find("input[name=type][value=http]").click();
        browser.find("#try").click(); // One field is enough, and the entered text is kept.
        browser.await("document.getElementById('tried').dataset.state === 'up'");
        browser.find("#more summary").click();
        browser.find("#field-name").sendKeys("Added!");
        browser.find("#field-interval").sendKeys("1s");
        browser.find("#try").click();
        browser.await("document.getElementById('fault-name').checkVisibility()");
        browser.find("#field-name").clear();
        browser.find("#field-name").sendKeys("added");
        browser.find("#field-expect_text").sendKeys("other");
        browser.find("#try").click();
        browser.await("document.getElementById('tried').dataset.state === 'down'");
        browser.find("#field-expect_text").clear();
        browser.find("#field-expect_text").sendKeys("well");
        browser.find("#try").click();
        browser.await("document.getElementById('tried').dataset.state === 'up'");
        browser.find("#save").click();
        browser.await(
                "document.getElementById('answers').children.length > 1 && document.querySelector('#chart canvas')");
        browser.await(HEADLINE + " === 'added · Up'");
        browser.await("document.querySelectorAll('#uptime tr').length === 1"); // It has not been monitored for a day.
        assertThat(browser.texts("#uptime th").getFirst()).startsWith("Since ");
        browser.await(
                "document.querySelectorAll('#answers tr').length > 2 && document.querySelector('#chart .u-over')");
        browser.run("""
                const over = document.querySelector('#chart .u-over');
                const { left, top } = over.getBoundingClientRect();
                for (const type of ['mouseenter', 'mousemove']) over.dispatchEvent(new MouseEvent(type, { clientX: left + 9, clientY: top + 9 }));""");
        browser.await(
                "/^[0-9:]+ms$/.test(document.getElementById('legend').textContent.replace(/[\\d.,]+ ms$/, 'ms'))");

        browser.open(page("checks/added/edit")).await("document.getElementById('field-title')");
        browser.find("#more summary").click();
        saveAsAnother("checks/added", definition("Of another"));
        browser.find("#field-title").sendKeys("Mine");
        browser.find("#save").click();
        browser.await(CHANGED);
        browser.open(page("checks/added")).await(HEADLINE + ".startsWith('Of another')");
        browser.await("!document.getElementById('pause').hidden");

        // Changes it between the two requests of the button, which reads the check and writes it back.
        browser.run("""
                const [body, send] = [arguments[0], window.fetch];
                window.fetch = async (at, request = {}) => {
                    if (request.method !== 'PUT') return send(at, request);
                    window.fetch = send;
                    await send(at, { method: 'PUT', body });
                    return send(at, request);
                };""", definition("Of a third"));
        browser.run("document.getElementById('pause').click()");
        browser.await(CHANGED + " && !document.getElementById('pause').disabled");
        browser.run("document.getElementById('pause').click()");
        browser.await(HEADLINE + " === 'Of a third · Paused' && document.getElementById('said').hidden");

        browser.find("#menu-open").click();
        browser.find("#remove").click();
        browser.find("#sure-yes").click();
        browser.await("document.getElementById('tiles').children.length === 2");
    }

    /// The browser keeps a page for "back". A snapshot of the states lacks checks that have been removed meanwhile.
    @Test
    void theOverviewForgetsACheckThatIsRemovedWhileItIsHidden() throws Exception {
        String url = target.uri().resolve("/none").toString();
        saveAsAnother(
                "checks/none", "{\"type\":\"http\",\"url\":\"%s\",\"interval\":\"1s\",\"failures\":1}".formatted(url));
        browser.open(hub.uri()).await("document.getElementById('look').textContent.includes('1 check down')");
        browser.runAsync("""
                const done = arguments[0];
                const states = async () => (await fetch('/channels/sense/state?snapshot=true&as=json')).text();
                dispatchEvent(new PageTransitionEvent('pagehide'));
                (async () => {
                    await fetch('/sense/api/checks/none', { method: 'DELETE' });
                    while ((await states()).includes('"none"'));
                    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
                    done();
                })();""");
        browser.awaitState("open");
        browser.await("!document.getElementById('look').textContent.includes('down')"
                + " && document.querySelector('.side a[href$=\"sense/\"] .count').textContent === ''");
    }

    @Test
    void aDoubleClickPlansOneWindow() {
        browser.open(page("maintenance")).await("document.querySelector('#windows .quiet')");
        browser.run("""
                document.getElementById('begins').value = '2100-01-01T00:00';
                document.getElementById('ends').value = '2100-01-01T01:00';
                document.getElementById('send').click();
                document.getElementById('send').click();""");
        browser.await("document.querySelector('#windows button') && !document.getElementById('send').disabled");
        assertThat(browser.texts("#windows button")).hasSize(1);
        browser.find("#windows button").click();
        browser.await("document.querySelector('#windows button') === null");
    }

    @Test
    void thePageOfACheckThatIsRemovedElsewhereSaysSo() throws Exception {
        saveAsAnother("checks/gone", definition("Soon gone"));
        browser.open(page("checks/gone")).await(HEADLINE + " === 'Soon gone · Up'");
        browser.await("document.getElementById('try').checkVisibility() && document.querySelector('#answers tr')");
        removeCheck("gone");
        browser.await(HEADLINE + " === 'There is no check “gone”'");
        assertThat(browser.run("return document.getElementById('head').dataset.state"))
                .isEqualTo("unknown");
        assertThat(browser.texts("#try")).containsExactly("");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aStateIsNotOverwrittenByAnOlderResponse() throws Exception {
        try (var proxy = HostileProxy.before(hub.uri())) {
            browser.open(proxy.uri("/sense/checks/shop")).await(HEADLINE + " === 'The shop · Up'");
            browser.run("""
                    const send = window.fetch;
                    window.fetch = async (at, request = {}) => {
                        const answer = await send(at, request);
                        if (String(at).endsWith('/api/checks/shop') && !window.release) await new Promise((go) => { window.release = go; });
                        else window.wasAsked = Boolean(window.released);
                        return answer;
                    };""");
            proxy.reset();
            browser.await("window.release"); // The response for the reconnected page, which contains the state Up.
            SHOP.set(503);
            awaitShop("down");
            browser.await(HEADLINE + " === 'The shop · Down'");
            browser.run("window.released = true; window.release();");
            browser.await("window.wasAsked");
            assertThat(browser.run("return document.getElementById('head').dataset.state"))
                    .isEqualTo("down");
        }
    }

    @Test
    void anIncidentIsReadAcknowledgedAndCommented() throws Exception {
        SHOP.set(503);
        awaitShop("down");
        String id = incident();
        String link = "#incidents a[href$=\"/" + id + "\"]";
        browser.open(page("")).await(HEADLINE + ".startsWith('1 of ')");
        browser.open(page("checks/shop")).await("document.querySelector('" + link + "')");
        browser.find("#menu-open").click();
        assertThat(browser.texts("#in-file").getFirst()).startsWith("This check is defined in sense.toml.");
        assertThat(browser.texts("#edit")).containsExactly("");
        browser.run("document.querySelector('" + link + "').focus()");
        String duration = "document.querySelector('#incidents .sense-duration').textContent";
        Object lasted = browser.run("return " + duration);
        browser.await(duration + " !== arguments[0]", lasted); // It is drawn each second.
        assertThat(browser.run("return document.activeElement.matches(arguments[0])", link))
                .as("the focus stays in the list")
                .isEqualTo(true);
        browser.run("document.activeElement.click()");
        browser.await(HEADLINE + ".startsWith('The shop has been down for')");
        assertThat(browser.run("return location.pathname")).isEqualTo("/sense/incidents/" + id);
        browser.find("#by").sendKeys("Ada");
        browser.find("#acknowledge-send").click();
        browser.await("document.getElementById('timeline').textContent.includes('Ada is on it')");
        browser.find("#text").sendKeys("disk <b>full</b>");
        browser.find("#comment-send").click();
        browser.await("document.getElementById('timeline').textContent.includes('disk <b>full</b>')");

        try (var chinese = Browser.chinese().on(1440, 900, "light").open(page("incidents/" + id))) {
            chinese.await("document.getElementById('subline').textContent === '预期状态码 2xx，实际 503'");
        }
        SHOP.set(200);
        browser.await("document.getElementById('head').dataset.state === 'up'");
        assertThat(browser.texts("#acknowledgement")).containsExactly("");
    }

    /// Slow answers are a warning: the check counts as up.
    @Test
    void anIncidentOfAWarningIsNotShownAsAnOutage() throws Exception {
        String url = target.uri().resolve("/slow").toString();
        String definition =
                "{\"type\":\"http\",\"url\":\"%s\",\"interval\":\"1s\",\"failures\":1,\"expect_latency\":\"1ms\"}";
        saveAsAnother("checks/late", definition.formatted(url));
        browser.open(page("incidents/"));
        browser.await("document.querySelector('#incidents li .sense-word')?.textContent === 'Warning'");
        String late = "document.querySelector('#incidents li a')";
        assertThat(browser.run("return " + late + ".textContent")).asString().startsWith("late · ");
        browser.run(late + ".click()");
        browser.await(HEADLINE + ".startsWith('late: warning for ')");
        assertThat(browser.run("return document.getElementById('head').dataset.state"))
                .isEqualTo("warning");
        assertThat(browser.texts("#headline-sign")).containsExactly("!");
        assertThat(browser.texts("#timeline").getFirst())
                .contains("Confirmed after", ": Warning")
                .doesNotContain("Down");
        removeCheck("late");
        browser.await(HEADLINE + ".startsWith('late had a warning for ')");
    }

    @Test
    void aNotifierIsAddedTriedAndChangedWithoutShowingItsSecret() throws Exception {
        browser.open(page("notifiers")).await("document.querySelectorAll('#notifiers li').length === 1");
        for (String type : new String[] {"email", "slack", "telegram", "webhook"
        }) { // Each service has a field for all that it needs.
            browser.choose("field-type", type);
            assertThat(
                            browser.run(
                                    "return [...document.querySelectorAll('#target input')].some(each => each.checkVisibility())"))
                    .as(type)
                    .isEqualTo(true);
        }
        browser.find("#field-name").sendKeys("hook");
        browser.find("#save").click();
        browser.await("document.getElementById('fault-url').checkVisibility()");
        browser.find("#field-url").sendKeys(target.uri().resolve("/hook").toString());
        browser.find("#field-secret").sendKeys("s3cret");
        browser.find("#save").click();
        browser.await("document.getElementById('notifier-hook')");
        browser.find("#notifier-hook button").click();
        browser.await("document.querySelector('#notifier-hook .sense-try').dataset.state === 'up'");
        HOOK.set(503);
        browser.find("#notifier-hook button").click();
        browser.await("document.querySelector('#notifier-hook .sense-try').dataset.state === 'down'");
        assertThat(browser.texts("#notifier-hook .sense-try").getFirst()).contains("status 503");
        assertThat(browser.run("return document.body.innerHTML")).asString().doesNotContain("s3cret");

        browser.run("document.querySelector('#notifier-hook [data-t=\"sense.edit\"]').click()"); // Edit.
        browser.choose("field-language", "zh");
        saveAsAnother(
                "notifiers/hook",
                "{\"type\":\"webhook\",\"url\":\"" + target.uri().resolve("/other") + "\"}");
        browser.find("#save").click();
        browser.await(CHANGED);
        browser.open(page("notifiers")).await("document.getElementById('notifier-hook')");
        browser.run("document.querySelector('#notifier-hook [data-t=\"sense.edit\"]').click()");
        browser.choose("field-language", "zh");
        browser.find("#save").click();
        browser.await("document.getElementById('cancel').hidden");
        browser.run("document.querySelector('#notifier-hook [data-t=\"sense.remove\"]').click()"); // Remove.
        browser.await("document.querySelectorAll('#notifiers li').length === 1");
    }

    @Test
    void aNewNotifierHasTheLanguageOfThePage() {
        String selected = "document.getElementById('field-language').value === ";
        try (var chinese = Browser.chinese()) {
            chinese.open(page("notifiers")).await(selected + "'zh'");
            chinese.choose("language", "en");
            chinese.await(selected + "'en'");
        }
    }

    /// Returns the modules that the browser found only in other modules, one round trip later.
    private static final String LATE = """
            const links = document.querySelectorAll('link[rel=modulepreload], script[src]');
            const known = new Set([...links].map((each) => each.href ?? each.src));
            const loaded = performance.getEntriesByType('resource').map((each) => each.name);
            return loaded.filter((each) => each.endsWith('.js') && !known.has(each));""";

    @Test
    void theWallCallsWhenAnIncidentOpensIfTheBrowserMay() throws Exception {
        browser.open(page("")).await(HEADLINE + " === 'All 2 checks are up'");
        assertThat(browser.run(LATE)).isEqualTo(List.of());
        browser.run("""
                window.called = [];
                const Audio = AudioContext;
                window.AudioContext = class extends Audio {};
                const start = OscillatorNode.prototype.start;
                OscillatorNode.prototype.start = function (at) { called.push('tone'); start.call(this, at); };
                window.Notification = class extends EventTarget {
                    static permission = 'default';
                    static requestPermission() { Notification.permission = 'granted'; return Promise.resolve('granted'); }
                    constructor(title) { super(); called.push(title); }
                };""");
        assertThat(browser.run("return document.getElementById('sound').ariaPressed"))
                .isEqualTo("false");
        browser.find("#menu-open").click();
        browser.find("#notifications").click();
        browser.await("document.getElementById('notifications').ariaPressed === 'true'");
        browser.find("#sound").click();
        browser.await("document.getElementById('sound').ariaPressed === 'true' && called.length >= 2");
        // Browsers draw no frames of a tab in the background, which still calls and has a title.
        browser.run("called.length = 0; window.requestAnimationFrame = () => 0");
        SHOP.set(503);
        awaitShop("down");
        browser.await("called.includes('The shop is down') && called.filter(each => each === 'tone').length >= 2");
        browser.await("document.title.startsWith('✕ 1')"); // From the state, which arrives on another channel.
        browser.run("localStorage.clear()");
    }

    @Test
    void aServerShowsItsFiguresAsTheyCome() throws Exception {
        report(1, 10);
        browser.on(390, 844, "dark");
        browser.open(page("servers/srv"));
        browser.await("document.getElementById('figures').textContent.includes('10 %')");
        browser.await(HEADLINE + " === 'srv · Up'");
        report(2, 73);
        report(2, 11); // Published twice, as after an agent missed an answer for long.
        browser.await("document.getElementById('figures').textContent.includes('73 %')");
        browser.await("document.querySelector('#use-chart canvas')");
        assertThat(browser.texts("#processes td")).containsExactly("java (8)", "180 %", "5 MB");
        assertThat(browser.texts("#disk-io td")).containsExactly("sda", "2 MB/s", "3 MB/s", "40 %");
        browser.await("document.querySelector('#io-chart canvas')");
        assertThat(browser.run("return main.scrollWidth - main.clientWidth")).isEqualTo(0L);
        assertThat(Axe.violations(browser)).isEmpty();
        browser.find("#span-day").click();
        browser.await("location.hash === '#day'");
        assertThat(browser.texts("#figures").getFirst()).doesNotContain("11 %");
        browser.run("""
                const send = window.fetch;
                window.fetch = () => {
                    window.fetch = send;
                    return Promise.reject(new TypeError('as while the hub is away'));
                };
                document.getElementById('span-day').click();""");
        browser.await("document.getElementById('said').textContent === 'The hub does not answer.'");
        browser.find("#span-day").click();
        browser.await("document.getElementById('said').hidden");
        removeServer();
        browser.await("document.getElementById('check').hidden");
        assertThat(browser.complaints()).isEmpty();
    }

    private static void removeServer() throws Exception {
        removeCheck("srv");
    }

    private static void removeCheck(String name) throws Exception {
        var removal =
                HttpRequest.newBuilder(page("api/checks/" + name)).DELETE().build();
        try (var client = HttpClient.newHttpClient()) {
            client.send(removal, BodyHandlers.discarding());
        }
    }

    /// Returns a sample of an agent that reports once a minute.
    private static void report(int sequence, int cpu) {
        Map<String, Object> sample = new HashMap<>();
        sample.put("at", Instant.now().toString());
        sample.put("run", "a");
        sample.put("seq", sequence);
        sample.put("interval_ms", 60_000);
        sample.put("uptime_s", 5_000);
        sample.put("cpu", cpu);
        sample.put("memory", Map.of("total", 100, "used", 30));
        sample.put("disks", List.of(Map.of("mount", "/", "total", 100, "used", 60)));
        sample.put("disk_io", List.of(Map.of("name", "sda", "read", 2_000_000, "write", 3_000_000, "busy", 40)));
        sample.put("network", List.of(Map.of("name", "eth0", "in", 500, "out", 700)));
        sample.put("processes", List.of(Map.of("pid", 8, "name", "java", "cpu", 180, "memory", 5_000_000)));
        hub.channel("sense/samples/srv").publish(Message.json(sample).type("server"));
    }

    @Test
    void theWallFillsScreensAndItsWordsGrowWithThem() {
        for (int width : new int[] {1920, 3840}) {
            browser.on(width, width * 9 / 16, "dark").open(page("wall"));
            browser.await(HEADLINE + " === 'All 2 checks are up'");
            assertThat(browser.run("""
                    const { left, right } = document.getElementById('tiles').getBoundingClientRect();
                    const title = parseFloat(getComputedStyle(document.querySelector('.sense-title')).fontSize);
                    return [Math.round(innerWidth - right - left), title];""")).isEqualTo(List.of(0L, width == 1920 ? 32L : 48L));
        }
    }

    /// Returns the pixels between the button of the palette and the edge of the screen; 0 if the page has no
    /// button.
    private static final String SEARCH_GAP = """
            const { right, width } = document.getElementById('palette-open').getBoundingClientRect();
            return width === 0 ? 0 : Math.round(innerWidth - right);""";

    @Test
    void allPagesAreAccessibleAndFitAPhone() throws Exception {
        if (incident().isEmpty()) {
            SHOP.set(503);
            awaitShop("down");
        }
        String id = incident();
        var violations = new ArrayList<String>();
        for (String path : List.of(
                "",
                "wall",
                "new",
                "checks/shop",
                "checks/shp",
                "incidents/",
                "incidents/" + id,
                "notifiers",
                "maintenance")) {
            browser.on(390, 844, path.isEmpty() ? "dark" : "light");
            browser.open(page(path))
                    .await("document.querySelector('.sense-tile, #answers tr, #incidents li, #timeline li, #windows li,"
                            + " #notifiers li, #field-url, #back[href$=\"/sense/\"]')");
            for (Object each : Axe.violations(browser)) violations.add(path + ": " + each);
            assertThat(browser.run("return main.scrollWidth - main.clientWidth"))
                    .as(path)
                    .isEqualTo(0L);
            assertThat(browser.run(SEARCH_GAP)).as(path).isIn(0L, 12L);
            assertThat(browser.complaints()).as(path).isEmpty();
            assertThat(browser.run("return performance.getEntriesByType('navigation')[0].responseStatus"))
                    .as(path)
                    .isEqualTo(path.endsWith("shp") ? 404L : 200L);
        }
        browser.open(page("checks/shp")).await(HEADLINE + " === 'There is no check “shp”'");
        assertThat(violations).isEmpty();
    }

    /// An object that a page has requested, with its chart if it has one.
    private static final String IS_DRAWN = """
            document.querySelector('.sense-tile, #answers tr, #incidents li, #timeline li, #windows li, #notifiers li,'
                + ' #field-url, #disks tr, #back[href$="/sense/"]')
                && [...document.querySelectorAll('#chart, #use-chart')].every(each => each.querySelector('canvas'))""";

    /// On a phone and on a desk, each in a random language (`-Dsluice.seeds=`); in both languages where time
    /// permits.
    @Test
    void pagesAreSmallAndDoNotMoveWhileTheyLoad() throws Exception {
        if (incident().isEmpty()) {
            SHOP.set(503);
            awaitShop("down");
        }
        report(1, 10);
        List<String> paths = List.of(
                "servers/srv",
                "",
                "wall",
                "new",
                "checks/shop",
                "incidents/",
                "incidents/" + incident(),
                "notifiers",
                "maintenance");
        boolean isChance = new Random(Long.getLong("sluice.seeds", System.nanoTime())).nextBoolean();
        boolean areAll = Boolean.getBoolean("sluice.long");
        try (var chinese = Browser.chinese()) {
            for (boolean isPhone : new boolean[] {true, false}) {
                for (Browser visitor :
                        areAll ? List.of(browser, chinese) : List.of(isPhone == isChance ? browser : chinese)) {
                    visitor.on(isPhone ? 390 : 1440, 900, "light");
                    for (String path : paths) {
                        String view = path + (isPhone ? " on a phone" : "") + (visitor == chinese ? " in Chinese" : "");
                        visitor.open("about:blank").open(page(path)).await(IS_DRAWN);
                        FirstView.of(visitor).assertSmall(view).assertStill(view);
                    }
                }
            }
        }
        removeServer();
    }
}
