package dev.sluice.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.EndCode;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The client of `/client.js` in a page of an application, which gives it new tokens.
@ResourceLock(SecurePage.BROWSER)
final class TokenRenewalTest {
    private static final int EVENTS = 200;

    private static final String FOLLOW = """
            const [hub, transport, done] = arguments;
            import(`${hub}/client.js`).then(({ Sluice }) => {
                window.data = [];
                window.states = [];
                const getToken = async () => (await fetch('/token')).text();
                const sluice = new Sluice(hub, { transports: [transport], getToken, backoff: { first: 10, max: 100 } });
                sluice.on('state', ({ state, reason }) => states.push(`${state} ${reason ?? ''}`));
                const channel = sluice.channel('private');
                channel.on('message', event => data.push(event.data));
                channel.on('open', () => done(null));
            });
            """;

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "sse", "ndjson"})
    void losesAndRepeatsNothingWhenTokensExpireInMidStream(String transport) {
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
            browser.runAsync("""
                    const [done] = arguments;
                    const look = () => data.includes('end') ? done(null) : setTimeout(look, 10);
                    look();""");
            List<String> all =
                    IntStream.range(0, EVENTS).mapToObj(i -> "event " + i).toList();
            assertThat(browser.run("return data.slice(0, -1)")).isEqualTo(all);
            assertThat(hub.ended(EndCode.EXPIRED)).isEqualTo(4);
        }
    }
}
