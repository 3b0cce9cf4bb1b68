package dev.sluice.embed.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.net.outlet.Outlet;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BlockingSenderTest {
    private static final int ROUNDS = 20_000;

    private final InFlightBytes budget = new InFlightBytes(1 << 20, "x");

    /// Sends nothing, and has no event loop.
    private final Outlet outlet = (Outlet)
            Proxy.newProxyInstance(Outlet.class.getClassLoader(), new Class<?>[] {Outlet.class}, (_, _, _) -> null);

    /// The end of a connection may come from its event loop and from a thread of the program at the same time.
    @Test
    void endsOnceWhenTwoThreadsEndItTogether() {
        BlockingSender[] senders = Stream.generate(() -> new BlockingSender(outlet, Duration.ofSeconds(1), budget))
                .limit(ROUNDS)
                .toArray(BlockingSender[]::new);
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        Runnable ends = () -> {
            for (int round = 0; round < ROUNDS; round++) {
                arrived.incrementAndGet();
                while (arrived.get() < 2 * (round + 1)) Thread.onSpinWait();
                try {
                    senders[round].end("over");
                } catch (Error tooMany) {
                    failures.incrementAndGet();
                }
            }
        };
        CompletableFuture<Void> other = CompletableFuture.runAsync(ends);
        ends.run();
        assertThat(other).succeedsWithin(Duration.ofSeconds(60));
        assertThat(failures).hasValue(0);
    }
}
