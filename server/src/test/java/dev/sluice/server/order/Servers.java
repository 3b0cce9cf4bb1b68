package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.HubSettings;
import dev.sluice.core.delivery.Overflow;
import dev.sluice.core.delivery.Turns;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.model.LogModel;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;

/// Servers and logs as these tests need them.
final class Servers {
    /// Of all tests here, as closing one waits for its WebSockets.
    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Servers() {}

    /// A log in memory that keeps little, and all that is known of it.
    ///
    /// @param eventsMin of each channel at least; some keep up to three times as many
    static Chronicle chronicle(Random random, int eventsMin, int entriesMax) {
        TestClock clock = new TestClock();
        int salt = random.nextInt(1000);
        Function<ChannelName, Retention> rules =
                channel -> Retention.events(eventsMin + Math.floorMod(channel.hashCode() + salt, 2 * eventsMin + 1));
        MemoryLog log = MemoryLog.builder(clock)
                .epoch(new Epoch("e" + salt))
                .retention(rules)
                .entriesMax(entriesMax)
                .open();
        return new Chronicle(log, clock, new LogModel(log.head(), rules, entriesMax, 512L << 20));
    }

    /// @param tick how often timers are looked at: never, where only the log's growth is to wake readers
    static TestServer start(Chronicle chronicle, int loops, Duration tick, long encodedBytes) {
        ServerSettings usual = TestServer.settings(loops);
        // Nobody is too slow here: whoever is cut off, we cut off.
        HubSettings hub = new HubSettings(encodedBytes, Duration.ofDays(1), Duration.ofSeconds(5), _ -> Overflow.NEVER);
        return TestServer.start(chronicle, with(usual, tick, hub));
    }

    static ServerSettings with(ServerSettings usual, Duration tick, HubSettings hub) {
        return new ServerSettings(
                usual.host(),
                usual.port(),
                usual.loops(),
                usual.connectionsMax(),
                usual.answerBytesMax(),
                tick,
                Duration.ofMillis(100), // The JDK keeps a connection whose WebSocket was refused.
                usual.security(),
                usual.http(),
                hub,
                usual.subscribe(),
                usual.publish());
    }

    /// Waits until every event loop has done what it was told so far, and what that told it.
    static void settle(TestServer server) throws InterruptedException {
        if (!Turns.await(server.server().hub().dispatchers(), TestServer.PATIENCE))
            throw new AssertionError("a loop hangs");
    }
}
