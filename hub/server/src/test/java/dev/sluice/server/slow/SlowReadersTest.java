package dev.sluice.server.slow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Readers that stop and readers that crawl, beside one that keeps up.
@Isolated("It measures the memory of the whole process and of the kernel.")
final class SlowReadersTest {
    private static final int STOPPED = 20;
    private static final int CRAWLING = 5;
    private static final String DATA = "x".repeat(1_000);
    private static final long MB = 1 << 20;

    private static final int EVENTS = Boolean.getBoolean("sluice.long") ? 20_000 : 5_000;

    /// The log keeps a quarter of what is published, so that who stops for long finds a gap.
    private static MemoryLog log(int events) {
        return MemoryLog.builder(InstantSource.system())
                .retention(_ -> Retention.events(events / 4))
                .open();
    }

    @ParameterizedTest
    @EnumSource
    void doNotDelayAFastReaderNorExceedTheirShareOfMemory(Carrier carrier) {
        int events = carrier == Carrier.HTTP1 ? EVENTS : 5_000; // Encryption takes its time.
        try (TestServer server = carrier.start(log(events))) {
            List<StreamReader> stopped = readers(server, STOPPED);
            List<StreamReader> crawling = readers(server, CRAWLING);
            StreamReader fast = new StreamReader(server, "/channels/load");
            Memory before = Memory.of(server);

            List<String> published = new ArrayList<>();
            // The fast reader has all of each thousand while the others have read nothing, or a window's worth.
            for (int i = 0; i < events; i++) {
                published.add(server.publish("load", DATA).text());
                if (i % 1_000 == 999) fast.takeUntil(published.getLast());
                if (i % (events / 2) == events / 2 - 1) crawling.forEach(reader -> reader.take(64 * 1024));
            }
            assertThat(fast.ids()).isEqualTo(published);
            assertThat(fast.gaps()).isEmpty();

            Memory after = Memory.of(server);
            int slow = STOPPED + CRAWLING;
            // The log itself keeps up to a tenth more than a quarter of the events, and some hundred bytes for each.
            // Queues of readers would keep all of them, even if readers shared the events.
            assertThat(after.heap() - before.heap()).as("heap").isLessThan(Math.min(16 * MB, events * 1_400L));
            // A piece of 16 kB for each that has stopped, in chunks of an allocator that takes megabytes at a time.
            assertThat(after.direct() - before.direct()).as("native, Netty").isLessThan(16 * MB);
            assertThat(after.encoded()).as("native, encoded").isLessThan(72 * MB);
            // 64 kB unsent, what is under way, and the receiver's 32 kB twice.
            assertThat(after.kernel() - before.kernel()).as("kernel").isBetween(1L, slow * 400_000L);

            List<String> kept = published.subList(published.size() - events / 4, published.size());
            for (StreamReader reader :
                    Stream.concat(stopped.stream(), crawling.stream()).toList()) {
                reader.takeUntil(published.getLast());
                // A reader in the middle of an event that is dropped meanwhile is disconnected, and reconnects.
                reader.comeBack(server, "/channels/load", published.getLast());
                assertHasAllOrAnHonestGap(reader, published, kept);
                reader.close();
            }
            fast.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAReaderThatAcceptsNothingButNotASlowOne(Carrier carrier) {
        try (TestServer server = carrier.start(log(20_000))) {
            StreamReader stopped = readers(server, 1).getFirst();
            StreamReader crawling = readers(server, 1).getFirst();
            List<String> published = new ArrayList<>();
            for (int i = 0; i < 4_000; i++)
                published.add(server.publish("load", DATA).text());

            // 8 kB/s: a window's worth every 15 s, as the window opens in steps.
            for (int quarter = 0; quarter < 24 && readers(server) == 2; quarter++) {
                crawling.take(128 * 1024);
                server.pass(Duration.ofSeconds(15));
                server.tick();
            }
            assertThat(readers(server)).isEqualTo(1);
            stopped.takeAll(); // Earlier events, and then the end of the connection.
            assertThat(stopped.ids().size()).isLessThan(published.size());

            crawling.takeUntil(published.getLast());
            assertThat(crawling.ids()).isEqualTo(published);

            stopped.comeBack(server, "/channels/load", published.getLast());
            assertThat(stopped.ids()).isEqualTo(published);
            Stream.of(stopped, crawling).forEach(StreamReader::close);
        }
    }

    private static long readers(TestServer server) {
        return server.server().hub().readers().readers();
    }

    private static List<StreamReader> readers(TestServer server, int count) {
        List<StreamReader> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) readers.add(new StreamReader(server, "/channels/load"));
        return readers;
    }

    /// Everything in order and once; what is missing is missing once, behind a gap, and nothing kept is missing.
    private static void assertHasAllOrAnHonestGap(StreamReader reader, List<String> published, List<String> kept) {
        assertThat(published).containsSubsequence(reader.ids());
        assertThat(reader.ids()).endsWith(kept.toArray(String[]::new)).doesNotHaveDuplicates();
        if (reader.gaps().isEmpty()) assertThat(reader.ids()).isEqualTo(published);
        else assertThat(reader.gaps()).allMatch(gap -> gap.contains("\"reason\":\"trimmed\""));
    }
}
