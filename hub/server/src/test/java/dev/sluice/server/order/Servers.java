package dev.sluice.server.order;

import dev.sluice.core.delivery.TurnBarrier;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Random;

/// Servers and logs for these tests.
final class Servers {
    /// Shared by all tests of this package.
    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Servers() {}

    /// A recording log in memory with small limits.
    static RecordingLog recording(Random random, int eventsMin, int entriesMax) {
        SmallLimits limits = SmallLimits.draw(random, eventsMin, entriesMax);
        return limits.recording(limits.inMemory());
    }

    /// @param tick the interval of the timers; very long if only the log's growth is to wake readers
    static TestServer start(RecordingLog recording, int loops, Duration tick, long encodedBytes) {
        ServerSettings defaults = TestServer.settings(loops);
        // No reader is too slow here: only the test disconnects them.
        HubSettings hub = new HubSettings(
                encodedBytes, 64L << 20, Duration.ofDays(1), Duration.ofSeconds(5), _ -> Overflow.NEVER);
        return TestServer.start(recording, with(defaults, tick, hub));
    }

    static ServerSettings with(ServerSettings defaults, Duration tick, HubSettings hub) {
        return defaults.toBuilder()
                .tick(tick)
                .stopTime(Duration.ofMillis(20)) // No client here closes its connection to a stopping server.
                .hub(hub)
                .build();
    }

    /// Waits until every event loop has finished its tasks and those they caused, and until reads from disk
    /// are done.
    static void settle(TestServer server, RecordingLog recording) throws InterruptedException {
        int reads;
        do {
            reads = recording.readsStarted();
            if (!TurnBarrier.await(server.server().hub().dispatchers(), TestServer.PATIENCE))
                throw new AssertionError("a loop hangs");
        } while (recording.readsPending() > 0 || recording.readsStarted() != reads);
    }
}
