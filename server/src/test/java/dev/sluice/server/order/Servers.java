package dev.sluice.server.order;

import dev.sluice.core.delivery.HubSettings;
import dev.sluice.core.delivery.Overflow;
import dev.sluice.core.delivery.Turns;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Random;

/// Servers and logs as these tests need them.
final class Servers {
    /// Of all tests here.
    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Servers() {}

    /// A log in memory that keeps little, and all that is known of it.
    static Chronicle chronicle(Random random, int eventsMin, int entriesMax) {
        Little little = Little.draw(random, eventsMin, entriesMax);
        return little.chronicle(little.inMemory());
    }

    /// @param tick how often timers are looked at: never, where only the log's growth is to wake readers
    static TestServer start(Chronicle chronicle, int loops, Duration tick, long encodedBytes) {
        ServerSettings usual = TestServer.settings(loops);
        // Nobody is too slow here: whoever is cut off, we cut off.
        HubSettings hub = new HubSettings(
                encodedBytes, 64L << 20, Duration.ofDays(1), Duration.ofSeconds(5), _ -> Overflow.NEVER);
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
                Duration.ofMillis(20), // Nobody here hangs up on a server that goes.
                usual.security(),
                usual.http(),
                hub,
                usual.subscribe(),
                usual.publish(),
                usual.presence());
    }

    /// Waits until every event loop has done what it was told so far, and what that told it, and what was read from
    /// disk meanwhile.
    static void settle(TestServer server, Chronicle chronicle) throws InterruptedException {
        int reads;
        do {
            reads = chronicle.readsEver();
            if (!Turns.await(server.server().hub().dispatchers(), TestServer.PATIENCE))
                throw new AssertionError("a loop hangs");
        } while (chronicle.readsAway() > 0 || chronicle.readsEver() != reads);
    }
}
