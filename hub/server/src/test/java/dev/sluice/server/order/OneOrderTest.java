package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.history.Fact;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.TestClock;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random moves, one at a time: publishing, deleting events and channels, trimming; readers that connect, are cut
/// off in the middle of something and reconnect by another transport. After each move every connected reader has
/// received exactly what the model expects, gaps included. On disk the hub is also restarted and killed.
@Order(1)
final class OneOrderTest {
    private static final int ROUNDS_LONG = 400;
    private static final int ROUNDS_ON_DISK_LONG = 100;
    private static final int MOVES = 220;
    private static final int CLIENTS = 7;

    @TempDir
    Path folder;

    @Test
    void everyReaderReceivesExactlyItsSelectionWhereverItIsCutOff() {
        Rounds.playForSomeTime((random, trace) -> new Game(random, trace, null).play());
    }

    @Test
    void everyReaderReceivesExactlyItsSelectionThroughRestartsAndKills() {
        Rounds.playForSomeTime(this::playOnDisk);
    }

    @Test
    @Tag("long")
    void everyReaderReceivesExactlyItsSelectionForLong() {
        Rounds.play(ROUNDS_LONG, (random, trace) -> new Game(random, trace, null).play());
    }

    @Test
    @Tag("long")
    void everyReaderReceivesExactlyItsSelectionThroughRestartsAndKillsForLong() {
        Rounds.play(ROUNDS_ON_DISK_LONG, this::playOnDisk);
    }

    private void playOnDisk(Random random, Rounds.Trace trace) throws Exception {
        new Game(random, trace, Files.createTempDirectory(folder, "log")).play();
    }

    private static final class Game {
        private final Random random;
        private final Rounds.Trace trace;
        private final RecordingLog recording;
        private final @Nullable CrashableLog crashable;
        private final TestClock clock;
        private final Publications publications;
        private final List<Publications.Request> repeatable = new ArrayList<>();

        /// @param folder the log's folder; null for a log in memory
        Game(Random random, Rounds.Trace trace, @Nullable Path folder) {
            this.random = random;
            this.trace = trace;
            SmallLimits limits = SmallLimits.draw(random, 5, random.nextBoolean() ? 10_000 : 30 + random.nextInt(60));
            crashable =
                    folder == null ? null : new CrashableLog(folder, limits, random.nextBoolean() ? 4_000 : 1 << 20);
            recording = limits.recording(crashable == null ? limits.inMemory() : crashable);
            clock = limits.clock();
            publications = new Publications(random, "p", 5_000);
        }

        void play() throws Exception {
            HttpClient http = Servers.HTTP;
            try (TestServer server = Servers.start(
                    recording, 1 + random.nextInt(3), Duration.ofMillis(10), 64L << random.nextInt(11, 20))) {
                AdminClient admin = new AdminClient(server, recording, http);
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new Client(server, recording, random, "client " + i, trace));
                }
                for (int move = 0; move < MOVES; move++) {
                    move(server, admin, clients);
                    settle(server, clients);
                    clock.advance(Duration.ofMillis(random.nextInt(800)));
                }
                publishMarkers(server, admin, clients);
                for (Client client : clients) client.connectAndReadAll();
            }
        }

        /// Every connected client reads everything due.
        private void settle(TestServer server, List<Client> clients) throws InterruptedException {
            for (Client client : clients) client.sync();
            Servers.settle(server, recording);
            for (Client client : clients) client.settled();
            recording.check();
        }

        private void move(TestServer server, AdminClient admin, List<Client> clients) throws Exception {
            Client client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(crashable == null ? 25 : 27)) {
                case 0, 1, 2, 3, 4 -> {
                    if (client.isConnected()) client.cut();
                    client.connect();
                }
                case 5 -> client.cut();
                case 6 -> client.cutSoon();
                case 7 -> delete(admin);
                case 8 -> forget(admin);
                case 9 -> repeat(admin);
                case 10 -> clock.advance(Duration.ofSeconds(random.nextInt(120)));
                case 11 -> heartbeat(server, clients);
                case 12 -> {
                    // Heartbeats become due just as something is published.
                    server.pass(Duration.ofSeconds(20));
                    publish(admin);
                }
                case 13 -> new TextReader(server, recording, random).read(publications);
                case 14 -> {
                    Draft reserved = publications.plain("$own/a", "message");
                    recording.append(new Publication(reserved, Conditions.NONE));
                }
                case 15 -> {
                    trace.add("trim");
                    recording.trim();
                }
                case 25, 26 -> restart(server, clients, crashable);
                default -> publish(admin);
            }
        }

        private void restart(TestServer server, List<Client> clients, CrashableLog log) {
            boolean isKilled = random.nextBoolean();
            trace.add(isKilled ? "kill" : "restart");
            if (isKilled) log.crash();
            server.restart(log::restart);
            recording.restarted();
            for (Client client : clients) client.serverGone();
        }

        private void publish(AdminClient admin) throws Exception {
            Publications.Request request = publications.draw(4, true);
            trace.add("publish " + request);
            if (request.once() != null) repeatable.add(request);
            if (request.once() != null && random.nextInt(4) == 0) admin.publishWithoutReadingTheAnswer(request);
            else admin.publish(request);
        }

        private void repeat(AdminClient admin) throws Exception {
            if (repeatable.isEmpty()) return;
            Publications.Request request = repeatable.get(random.nextInt(repeatable.size()));
            trace.add("publish again " + request);
            admin.publish(request);
        }

        private void delete(AdminClient admin) throws Exception {
            String channel = Publications.CHANNELS.get(random.nextInt(Publications.CHANNELS.size()));
            trace.add("delete " + channel);
            admin.delete(channel);
        }

        private void forget(AdminClient admin) throws Exception {
            List<Fact> facts = recording.facts();
            if (facts.isEmpty()) return;
            Fact fact = facts.get(random.nextInt(Math.max(0, facts.size() - 30), facts.size()));
            ChannelName channel = fact.entry.channel();
            if (channel.isReserved()) return;
            String key = fact.publication.draft().key();
            trace.add("forget " + fact.entry);
            if (key != null && random.nextBoolean()) admin.forgetKey(channel.value(), key);
            else admin.forget(channel, fact.entry.id());
        }

        private void heartbeat(TestServer server, List<Client> clients) {
            trace.add("heartbeat");
            server.pass(Duration.ofSeconds(20));
            for (Client client : clients) client.expectHeartbeat();
        }

        /// Publishes an event in every channel that every reader must receive: anything unexpected would precede it.
        private void publishMarkers(TestServer server, AdminClient admin, List<Client> clients) throws Exception {
            for (String channel : Publications.CHANNELS) {
                Cursor end = recording.ask(
                        model -> model.state(new ChannelName(channel)).end());
                if (end != null) admin.delete(channel);
                settle(server, clients);
                for (String type : Publications.TYPES) {
                    admin.publish(Publications.request(publications.plain(channel, type), null));
                    settle(server, clients);
                }
            }
        }
    }
}
