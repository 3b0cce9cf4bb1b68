package dev.sluice.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.SseStream;
import dev.sluice.Task;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Active subscriptions of streams that need no client.
final class SubscriptionsTest {
    private static final URI BASE = URI.create("https://hub.invalid/.well-known/mercure");
    private static final TokenKey KEY = TokenKey.of("HS256", MercureHub.SECRET);

    @AutoClose
    private final Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();

    @BeforeEach
    void start() {
        hub.start();
    }

    private Subscriptions subscriptions(long bytesMax) {
        var settings = MercureSettings.of(KEY, KEY).subscriptions();
        var tokens = new Tokens(settings, InstantSource.system());
        return new Subscriptions(hub, settings, tokens, new Ids(hub, () -> bytesMax), () -> bytesMax);
    }

    /// A stream whose client has left.
    private static SseStream ended() {
        return (SseStream) Proxy.newProxyInstance(
                SseStream.class.getClassLoader(), new Class<?>[] {SseStream.class}, (_, method, arguments) -> {
                    if (method.getName().equals("onClose")) ((Task) arguments[0]).run();
                    return null;
                });
    }

    @Test
    void beginBeforeTheyEndAlsoIfTheClientHasLeftAlready() throws Exception {
        subscriptions(1 << 20).open(ended(), List.of(Selector.of(Selector.TOPIC, "a", BASE)), Token.NONE);
        assertThat(hub.channels(Topics.SUBSCRIPTIONS)
                        .earliest()
                        .read(10, Duration.ZERO)
                        .events())
                .satisfiesExactly(
                        begin -> assertThat(begin.text()).contains("\"active\":true"),
                        end -> assertThat(end.text()).contains("\"active\":false"));
    }
}
