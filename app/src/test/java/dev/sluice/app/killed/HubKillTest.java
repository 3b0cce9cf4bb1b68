package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Event;
import dev.sluice.core.history.History;
import dev.sluice.core.history.HistoryChecker;
import dev.sluice.core.history.Publishes;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a hub (SIGKILL) under publishers that repeat unacknowledged events, and readers that switch between all
/// transports: each event is there once, in order, without a gap. Every run prints its seed, which determines when
/// the hub is killed and where readers switch; timing adds more randomness.
@Order(1)
final class HubKillTest {
    private static final int READERS = 4;

    @TempDir
    Path folder;

    @Test
    void losesNoEvent() throws Exception {
        killRounds(2, "interval");
        killRounds(2, "always");
    }

    @Test
    @Tag("long")
    void losesNoEventInAHundredRounds() throws Exception {
        killRounds(50, "interval");
        killRounds(50, "always");
    }

    private void killRounds(int rounds, String sync) throws Exception {
        long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
        Random random = new Random(seed);
        System.out.printf("%d kills, sync=%s, -Dsluice.seed=%d%n", rounds, sync, seed);
        Publishes publishes = new Publishes();
        Clients clients = new Clients();
        try (HttpClient client = HttpClient.newHttpClient();
                HubProcess hub = new HubProcess(folder.resolve(sync), sync)) {
            ChannelClient channel = new ChannelClient(client, hub::url, "k");
            List<TransportSwitchingReader> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++)
                readers.add(new TransportSwitchingReader(hub::url, "k", null, new Random(random.nextLong())));
            clients.start(new Publisher("event", channel, publishes), publishes, Duration.ZERO);
            for (int round = 0; round < rounds; round++) {
                publishes.awaitMore(1 + random.nextInt(400), 60);
                hub.killAndStart();
            }
            clients.stop();
            new Publisher("last", channel, publishes).publish("end");
            publishes.requireNoFaults();
            for (TransportSwitchingReader each : readers) each.awaitEnd(Duration.ofSeconds(60));
            List<Event> log = ChannelClient.events(channel.readTo("end"));
            assertThat(HistoryChecker.check(publishes.all(), log)).isEmpty();
            for (TransportSwitchingReader each : readers) each.check(History.of(log));
            System.out.println("received " + readers);
        } catch (AssertionError failed) {
            throw new AssertionError("-Dsluice.seed=" + seed + ": " + failed.getMessage(), failed);
        }
    }
}
