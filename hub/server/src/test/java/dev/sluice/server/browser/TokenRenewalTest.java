package dev.sluice.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The client of `/client.js` in a page of an application, which gives it new tokens.
@ResourceLock(SecurePage.BROWSER)
@Order(1)
final class TokenRenewalTest {
    private static final int EVENTS = 200;

    /// Tokens have their times in whole seconds.
    private static final Duration SHORT_LIFE = Duration.ofSeconds(4);

    private static final String FOLLOW = """
            const [hub, transport, done] = arguments;
            import(`${hub}/client.js`).then(({ Sluice }) => {
                window.data = [];
                window.states = [];
                window.errors = [];
                const getToken = async () => (await fetch('/token')).text();
                const sluice = new Sluice(hub, { transports: [transport], getToken, backoff: { first: 10, max: 100 } });
                sluice.on('state', ({ state, reason }) => states.push(`${state} ${reason ?? ''}`));
                sluice.on('error', ({ message }) => errors.push(message));
                window.channel = sluice.channel('private');
                channel.on('error', ({ message }) => errors.push(message));
                channel.on('message', event => data.push(event.data));
                channel.on('open', () => done(null));
            });
            """;

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "sse", "ndjson"})
    void deliversEachEventOnceWhenTokensExpireMidStream(String transport) {
        try (AppServer application = new AppServer();
                TokenHub hub = new TokenHub(application.origin());
                Browser browser = Browser.english()) {
            application.issue(() -> hub.token("alice"));
            browser.open(application.origin());
            browser.runAsync(FOLLOW, hub.uri("").toString(), transport);
            for (int i = 0; i < EVENTS; i++) {
                if (i % 50 == 25) {
                    Await.that(() -> hub.readers() == 1, () -> "is not back: " + browser.run("return states"));
                    hub.expire();
                }
                hub.publish("private", "event " + i);
            }
            hub.publish("private", "end");
            awaitReceived(browser, "end");
            List<String> all =
                    IntStream.range(0, EVENTS).mapToObj(i -> "event " + i).toList();
            assertThat(browser.run("return data.slice(0, -1)")).isEqualTo(all);
            assertThat(hub.ended(EndCode.EXPIRED)).isEqualTo(4);
            assertThat(browser.run("return errors")).isEqualTo(List.of());
        }
    }

    /// Three tokens end while the page reads. Its last publish is judged by the newest one, which may be late on a busy
    /// machine: then the client connects anew, with another.
    @ParameterizedTest
    @ValueSource(strings = {"websocket", "sse"})
    void renewsTheTokensOfASessionWithoutInterruption(String transport) {
        try (AppServer application = new AppServer();
                TokenHub hub = new TokenHub(application.origin());
                Browser browser = Browser.english()) {
            hub.run(SHORT_LIFE);
            application.issue(() -> hub.token("alice"));
            browser.open(application.origin());
            browser.runAsync(FOLLOW, hub.uri("").toString(), transport);
            Instant end = hub.now().plus(SHORT_LIFE.multipliedBy(3));
            List<String> all = publishUntil(end, hub);
            awaitReceived(browser, all.getLast());
            assertThat(browser.run("return states.map(state => state.trim())"))
                    .isEqualTo(List.of("connecting", "open"));
            assertThat(hub.ended(EndCode.EXPIRED)).isZero();
            assertThat(browser.runAsync("""
                    const [done] = arguments;
                    const again = error => error.status === 401 ? setTimeout(publish, 50) : done(error.message);
                    const publish = () => channel.publish('end').then(() => done('published'), again);
                    publish();""")).isEqualTo("published");
            awaitReceived(browser, "end");
            assertThat(browser.run("return data.slice(0, -1)")).isEqualTo(all);
            assertThat(browser.run("return errors")).isEqualTo(List.of());
        }
    }

    /// Publishes some hundred events between two tokens, without a look at the page, which takes more processor time.
    private static List<String> publishUntil(Instant end, TokenHub hub) {
        List<String> all = new ArrayList<>();
        try (var rate = Executors.newSingleThreadScheduledExecutor()) {
            var publishing = rate.scheduleAtFixedRate(
                    () -> {
                        all.add("event " + all.size());
                        hub.publish("private", all.getLast());
                    },
                    0,
                    30,
                    TimeUnit.MILLISECONDS);
            Await.that(() -> publishing.isDone() || !hub.now().isBefore(end));
        }
        return all; // The executor has ended.
    }

    /// A browser shows a page no status of a failed handshake.
    @Test
    void stopsForARefusedTokenOverWebSocketsAlone() {
        try (AppServer application = new AppServer();
                TokenHub hub = new TokenHub(application.origin());
                Browser browser = Browser.english()) {
            application.issue(() -> "nonsense");
            browser.open(application.origin());
            Object problem = browser.runAsync("""
                    const [hub, done] = arguments;
                    import(`${hub}/client.js`).then(({ Sluice }) => {
                        const getToken = async () => (await fetch('/token')).text();
                        const sluice = new Sluice(hub, { transports: ['websocket'], getToken });
                        sluice.on('state', ({ error }) => error && done(`${error.status} ${error.problem.type}`));
                        sluice.channel('private').on('message', () => {});
                    });""", hub.uri("").toString());
            assertThat(problem).isEqualTo("401 /problems/bad-token");
        }
    }

    /// The page looks twenty times a second, which leaves the processors to other tests.
    private static void awaitReceived(Browser browser, String text) {
        browser.runAsync("""
                const [text, done] = arguments;
                const look = () => data.includes(text) ? done(null) : setTimeout(look, 50);
                look();""", text);
    }
}
