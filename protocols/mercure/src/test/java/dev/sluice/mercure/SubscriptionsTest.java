package dev.sluice.mercure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Handler;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import dev.sluice.Task;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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

    private static List<Selector> selectors(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Selector.of(Selector.TOPIC, topic + i, BASE))
                .toList();
    }

    /// A stream without a client.
    ///
    /// @param onClose runs the task of the end, or keeps it
    /// @param close   called when the stream is closed
    private static SseStream stream(Handler<Task> onClose, Task close) {
        return (SseStream) Proxy.newProxyInstance(
                SseStream.class.getClassLoader(), new Class<?>[] {SseStream.class}, (_, method, arguments) -> {
                    if (method.getName().equals("onClose")) onClose.handle((Task) arguments[0]);
                    if (method.getName().equals("close")) close.run();
                    return null;
                });
    }

    @Test
    void areCountedByTheLengthOfTheirSelectors() throws Exception {
        var subscriptions = subscriptions(64 << 10);
        subscriptions.requireRoom(selectors("a", 50));
        assertThatThrownBy(() -> subscriptions.requireRoom(selectors("\u6f22".repeat(1_800), 3)))
                .isInstanceOf(RefusedException.class);
        var ends = new ArrayList<Task>();
        var closed = new AtomicInteger();
        for (int i = 0; i < 2; i++)
            subscriptions.open(stream(ends::add, closed::incrementAndGet), selectors("a", 50), Token.NONE);
        assertThat(closed).hasValue(1);
        assertThat(ends).hasSize(1);
        assertThatThrownBy(() -> subscriptions.requireRoom(selectors("b", 50))).isInstanceOf(RefusedException.class);
        ends.getFirst().run();
        subscriptions.requireRoom(selectors("b", 50));
    }

    @Test
    void beginBeforeTheyEndAlsoIfTheClientHasLeftAlready() throws Exception {
        subscriptions(1 << 20).open(stream(Task::run, () -> {}), selectors("a", 1), Token.NONE);
        assertThat(hub.channels(Topics.SUBSCRIPTIONS)
                        .earliest()
                        .read(10, Duration.ZERO)
                        .events())
                .satisfiesExactly(
                        begin -> assertThat(begin.text()).contains("\"active\":true"),
                        end -> assertThat(end.text()).contains("\"active\":false"));
    }
}
