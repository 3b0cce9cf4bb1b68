package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Very many connections, each with a handler that blocks forever.
final class ManyConnectionsTest {
    private static final int CONNECTIONS = Boolean.getBoolean("sluice.long") ? 10_000 : 1_000;

    @Test
    void endsAllBlockingHandlersWhenTheirClientsLeave() throws Exception {
        var live = new AtomicInteger();
        try (var app = Sluice.inMemory()
                .port(0)
                .sse("/events", stream -> {
                    live.incrementAndGet();
                    try {
                        stream.send("here");
                        new CountDownLatch(1).await();
                    } finally {
                        live.decrementAndGet();
                    }
                })
                .start()) {
            try (var first = new RawClient(app.port())) {
                // Loads classes, so that they do not count towards a connection's memory.
                first.get("/events").until("data: here\n\n");
            }
            Await.that(() -> app.running() == 0 && app.connections() == 0);
            long before = memory();
            Process crowd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ManyConnections.class.getName(),
                            "" + app.port(),
                            "" + CONNECTIONS)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader output = crowd.inputReader()) {
                assertThat(output.readLine()).isEqualTo("open");
                assertThat(live).hasValue(CONNECTIONS);
                assertThat(app.running()).isEqualTo(CONNECTIONS);
                assertThat(app.connections()).isEqualTo(CONNECTIONS);
                System.out.printf(
                        "%,d connections to a blocking handler: %,d bytes each (heap and Netty's buffers)%n",
                        CONNECTIONS, (memory() - before) / CONNECTIONS);
                crowd.outputWriter().close();
                assertThat(crowd.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                crowd.destroyForcibly();
            }
            Await.that(() -> live.get() == 0 && app.running() == 0 && app.connections() == 0);
        }
    }

    private static long memory() {
        for (int i = 0; i < 3; i++) System.gc(); // Memory that one collection unreferences is freed by the next.
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory();
    }
}
