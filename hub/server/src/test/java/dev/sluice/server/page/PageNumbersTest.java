package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.ProxiedConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;

/// The time and processor that pages may cost while 2,000 events a second arrive on 10,000 channels. Measures time
/// and processors, so it is not part of `./check`; `docs/evidence/pages.md` has results.
@Tag("long")
@Tag("alone")
@Isolated // Other tests of the module would take the processors that it measures.
final class PageNumbersTest {
    private static final int EVENTS_PER_SECOND = 2_000;
    private static final int CHANNELS = 10_000;
    private static final int MEASURED_SECONDS = 20;

    private static final double CORES_MAX = 0.15;
    private static final double DRAW_MS_MAX = 15;
    private static final double INTERACTION_MS_MAX = 100;
    private static final double INTERACTION_MS_MIN = 16;
    private static final long BYTES_PER_SECOND_MAX = 3_000;

    private static TestServer server;
    private static SteadyTraffic traffic;

    private final Browser browser = Browser.english();

    @BeforeAll
    static void start() {
        server = TestServer.start();
        traffic = new SteadyTraffic(server, CHANNELS, EVENTS_PER_SECOND);
    }

    @AfterAll
    static void stop() {
        traffic.close();
        server.close();
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private static void pass(int seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(seconds); // What is measured is what happens in a time.
    }

    /// The browser's counters of the page that is open.
    private static Map<String, Double> counters(Browser browser) {
        Map<String, Double> all = new HashMap<>();
        List<?> metrics =
                (List<?>) browser.command("Performance.getMetrics", Map.of()).get("metrics");
        for (Object each : metrics) {
            Map<?, ?> metric = (Map<?, ?>) each;
            all.put((String) metric.get("name"), ((Number) metric.get("value")).doubleValue());
        }
        return all;
    }

    private static double grown(Map<String, Double> before, Map<String, Double> after, String name) {
        return after.get(name) - before.get(name);
    }

    /// How many times longer a fixed piece of scripting and layout takes than on the machine for which limits were
    /// set.
    private record Slowness(double processor, double clock) {
        /// The measurement there.
        private static final double SECONDS = 0.35;

        static Slowness measured(Browser browser) {
            browser.open("about:blank");
            browser.command("Performance.enable", Map.of("timeDomain", "threadTicks"));
            Map<String, Double> before = counters(browser);
            Number ms = (Number) browser.run("""
                    const begin = performance.now();
                    const table = document.body.appendChild(document.createElement('table'));
                    for (let i = 0; i < 400; i++) table.insertRow().append(...Array.from({ length: 6 }, () => document.createElement('td')));
                    for (let draw = 0; draw < 20; draw++) {
                        for (const cell of table.querySelectorAll('td')) cell.textContent = String(Math.sqrt(draw + cell.cellIndex));
                        document.body.offsetHeight;
                    }
                    return performance.now() - begin;
                    """);
            double seconds = grown(before, counters(browser), "TaskDuration");
            return new Slowness(Math.max(1, seconds / SECONDS), Math.max(1, ms.doubleValue() / 1000 / SECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/channels/shop-0/orders/0", "/channels/**", "/connections"})
    void aPageTakesASmallPartOfACore(String path) throws InterruptedException {
        Slowness slowness = Slowness.measured(browser);
        browser.on(1440, 900, "light").open(server.uri(path)).awaitState("open");
        browser.command("Performance.enable", Map.of("timeDomain", "threadTicks"));
        pass(5);
        Map<String, Double> before = counters(browser);
        pass(MEASURED_SECONDS);
        Map<String, Double> after = counters(browser);
        double seconds = grown(before, after, "TaskDuration");
        double cores = seconds / MEASURED_SECONDS;
        double drawMs = 1000 * seconds / Math.max(1, grown(before, after, "LayoutCount"));
        System.out.printf(
                "%s: %.3f of a core, %.1f ms per draw, %.1f draws/s; this machine is %.2f times slower%n",
                path, cores, drawMs, grown(before, after, "LayoutCount") / MEASURED_SECONDS, slowness.processor);
        assertThat(cores).as(path).isLessThanOrEqualTo(CORES_MAX * slowness.processor);
        assertThat(drawMs).as(path).isLessThanOrEqualTo(DRAW_MS_MAX * slowness.processor);
    }

    /// Clicks what is drawn anew all the time.
    private void click(String selector) {
        for (int tries = 0; ; tries++) {
            try {
                browser.find(selector).click();
                return;
            } catch (StaleElementReferenceException redrawn) {
                if (tries == 20) throw redrawn;
            }
        }
    }

    /// The longest time from an input to the next paint, as browsers report it for INP.
    ///
    /// @return a list of inputs and their times, the longest first
    private List<?> interactions() {
        return (List<?>) browser.runAsync("""
                const done = arguments[0];
                const all = [];
                new PerformanceObserver(list => all.push(...list.getEntries().filter(each => each.interactionId > 0)))
                    .observe({ type: 'event', durationThreshold: 16, buffered: true });
                const name = target => target?.id || target?.className || target?.tagName;
                const told = () => all.sort((one, other) => other.duration - one.duration)
                    .map(each => [each.duration, `${each.name} ${name(each.target)} ${Math.round(each.processingEnd - each.processingStart)}`]);
                setTimeout(() => done(told()), 500); // Those before are delivered at once.
                """);
    }

    @Test
    void theOverviewAnswersAtOnce() throws InterruptedException {
        Slowness slowness = Slowness.measured(browser);
        browser.inWindow(1440, 900).on(1440, 900, "light").open(server.uri("/")).awaitState("open");
        browser.await("document.querySelectorAll('#rows tr').length > 5");
        pass(3); // It has loaded its history.
        for (String sort : List.of("name", "readers", "rate")) click("[data-sort=" + sort + "]");
        click("#rows .fold");
        click("#rows .fold");
        for (String chart : List.of("published", "connections", "delay")) click("[data-chart=" + chart + "]");
        browser.find("#chart-canvas").sendKeys(Keys.LEFT, Keys.LEFT, Keys.HOME);
        click("#tab-values");
        click("#chart-close");
        browser.find("#filter").sendKeys("shop-12");
        click("#pause");
        click("#pause");
        assertInteractions("/", slowness);
    }

    @Test
    void aBusyChannelAnswersAtOnce() throws InterruptedException {
        Slowness slowness = Slowness.measured(browser);
        browser.inWindow(1440, 900)
                .on(1440, 900, "light")
                .open(server.uri("/channels/**"))
                .awaitState("open");
        browser.await("document.querySelectorAll('[data-id]').length > 5");
        pass(3); // And the newest events.
        click("#pause");
        click("[data-id]");
        browser.find("body").sendKeys("j", "j", "k", Keys.ESCAPE);
        click("#pause");
        browser.find("#filter").sendKeys("total>300");
        assertInteractions("/channels/**", slowness);
    }

    private void assertInteractions(String path, Slowness slowness) {
        List<?> all = interactions();
        assertThat((Long) browser.run("return performance.eventCounts.get('click')"))
                .as("clicks")
                .isPositive();
        // Browsers report none that are quicker (Event Timing §3.2).
        double ms = all.isEmpty() ? INTERACTION_MS_MIN : ((Number) ((List<?>) all.getFirst()).getFirst()).doubleValue();
        System.out.printf("%s: %.0f ms to the next paint at most; %.2f times slower%n", path, ms, slowness.clock);
        System.out.println(all.stream().limit(6).toList());
        assertThat(ms).as(path).isBetween(1.0, INTERACTION_MS_MAX * slowness.clock);
    }

    /// The bytes that browsers have received through a proxy so far.
    private static long received(HostileProxy proxy) {
        return proxy.connections().stream()
                .mapToLong(ProxiedConnection::bytesDown)
                .sum();
    }

    @Test
    void theOverviewOfTenThousandChannelsReceivesFewBytes() throws InterruptedException {
        try (var proxy = HostileProxy.before(server)) {
            browser.on(1440, 900, "light").open(proxy.uri("/")).awaitState("open");
            browser.await("document.getElementById('count').textContent.startsWith('10,000 ')");
            pass(10);
            long before = received(proxy);
            pass(2 * MEASURED_SECONDS);
            long bytes = (received(proxy) - before) / (2 * MEASURED_SECONDS);
            System.out.printf("/: %d bytes/s of %d in all%n", bytes, received(proxy));
            assertThat(bytes).isBetween(100L, BYTES_PER_SECOND_MAX);
            browser.open("about:blank");
        }
    }
}
