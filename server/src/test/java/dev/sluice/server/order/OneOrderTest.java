package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One move after the other, drawn at random: somebody publishes, deletes, forgets; readers come, are cut off in the
/// middle of something and come back another way; what is old is trimmed. After each move every reader that is there
/// has
/// heard exactly what the model says it must, gaps included. On disk the hub is also restarted, and killed.
final class OneOrderTest {
    private static final int ROUNDS = 10;
    private static final int ROUNDS_LONG = 400;
    private static final int ROUNDS_ON_DISK = 4;
    private static final int ROUNDS_ON_DISK_LONG = 100;
    private static final int MOVES = 220;
    private static final int CLIENTS = 7;

    @TempDir
    Path folder;

    @Test
    void everyReaderHearsExactlyItsSelectionWhereverItBreaksOff() {
        Rounds.play(ROUNDS, (random, story) -> new Game(random, story, null).play());
    }

    @Test
    void everyReaderHearsExactlyItsSelectionThroughRestartsAndKills() {
        Rounds.play(ROUNDS_ON_DISK, this::playOnDisk);
    }

    @Test
    @Tag("long")
    void everyReaderHearsExactlyItsSelectionForLong() {
        Rounds.play(ROUNDS_LONG, (random, story) -> new Game(random, story, null).play());
    }

    @Test
    @Tag("long")
    void everyReaderHearsExactlyItsSelectionThroughRestartsAndKillsForLong() {
        Rounds.play(ROUNDS_ON_DISK_LONG, this::playOnDisk);
    }

    private void playOnDisk(Random random, Rounds.Story story) throws Exception {
        new Game(random, story, Files.createTempDirectory(folder, "log")).play();
    }

    private static final class Game {
        private final Random random;
        private final Rounds.Story story;
        private final Chronicle chronicle;
        private final @Nullable MortalLog mortal;
        private final Publications publications;
        private final List<Publications.Request> repeatable = new ArrayList<>();

        /// @param folder where the log lives; null: in memory, once
        Game(Random random, Rounds.Story story, @Nullable Path folder) {
            this.random = random;
            this.story = story;
            Little little = Little.draw(random, 5, random.nextBoolean() ? 10_000 : 30 + random.nextInt(60));
            mortal = folder == null ? null : new MortalLog(folder, little, random.nextBoolean() ? 4_000 : 1 << 20);
            chronicle = little.chronicle(mortal == null ? little.inMemory() : mortal);
            publications = new Publications(random, "p", 5_000);
        }

        void play() throws Exception {
            HttpClient http = Servers.HTTP;
            try (TestServer server = Servers.start(
                    chronicle, 1 + random.nextInt(3), Duration.ofMillis(10), 64L << random.nextInt(11, 20))) {
                Desk desk = new Desk(server, chronicle, http);
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new Client(server, http, chronicle, random, "client " + i, story));
                }
                for (int move = 0; move < MOVES; move++) {
                    move(server, desk, clients);
                    settle(server, clients);
                    chronicle.pass(Duration.ofMillis(random.nextInt(800)));
                }
                mark(server, desk, clients);
                for (Client client : clients) client.connectToHearAll();
            }
        }

        /// Everybody who is there hears what there is.
        private void settle(TestServer server, List<Client> clients) throws InterruptedException {
            for (Client client : clients) client.sync();
            Servers.settle(server, chronicle);
            for (Client client : clients) client.settled();
            chronicle.check();
        }

        private void move(TestServer server, Desk desk, List<Client> clients) throws Exception {
            Client client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(mortal == null ? 25 : 27)) {
                case 0, 1, 2, 3, 4 -> {
                    if (client.isConnected()) client.cut();
                    client.connect();
                }
                case 5 -> client.cut();
                case 6 -> client.cutSoon();
                case 7 -> delete(desk);
                case 8 -> forget(desk);
                case 9 -> repeat(desk);
                case 10 -> chronicle.pass(Duration.ofSeconds(random.nextInt(120)));
                case 11 -> beat(server, clients);
                case 12 -> {
                    // The time for heartbeats comes just as something is published.
                    server.pass(Duration.ofSeconds(20));
                    publish(desk);
                }
                case 13 -> new TextReading(server, chronicle, random).read(publications);
                case 14 -> {
                    Draft own = publications.plain("$own/a", "message");
                    chronicle.append(new Publication(own, Conditions.NONE));
                }
                case 15 -> {
                    story.tell("trim");
                    chronicle.trim();
                }
                case 25, 26 -> restart(server, clients, mortal);
                default -> publish(desk);
            }
        }

        private void restart(TestServer server, List<Client> clients, MortalLog log) {
            boolean dies = random.nextBoolean();
            story.tell(dies ? "kill" : "restart");
            if (dies) log.die();
            server.restart(log::restart);
            chronicle.restarted();
            for (Client client : clients) client.left();
        }

        private void publish(Desk desk) throws Exception {
            Publications.Request request = publications.draw(4, true);
            story.tell("publish " + request);
            if (request.once() != null) repeatable.add(request);
            if (request.once() != null && random.nextInt(4) == 0) desk.publishBlindly(request);
            else desk.publish(request);
        }

        private void repeat(Desk desk) throws Exception {
            if (repeatable.isEmpty()) return;
            Publications.Request request = repeatable.get(random.nextInt(repeatable.size()));
            story.tell("publish again " + request);
            desk.publish(request);
        }

        private void delete(Desk desk) throws Exception {
            String channel = Publications.CHANNELS.get(random.nextInt(Publications.CHANNELS.size()));
            story.tell("delete " + channel);
            desk.delete(channel);
        }

        private void forget(Desk desk) throws Exception {
            List<Chronicle.Fact> facts = chronicle.facts();
            if (facts.isEmpty()) return;
            Chronicle.Fact fact = facts.get(random.nextInt(Math.max(0, facts.size() - 30), facts.size()));
            ChannelName channel = fact.entry.channel();
            if (channel.isReserved()) return;
            String key = fact.publication.draft().key();
            story.tell("forget " + fact.entry);
            if (key != null && random.nextBoolean()) desk.forgetKey(channel.value(), key);
            else desk.forget(channel, fact.entry.id());
        }

        private void beat(TestServer server, List<Client> clients) {
            story.tell("heartbeat");
            server.pass(Duration.ofSeconds(20));
            for (Client client : clients) client.hearBeat();
        }

        /// Something in every channel that every reader has to hear: what came too much would stand before it.
        private void mark(TestServer server, Desk desk, List<Client> clients) throws Exception {
            for (String channel : Publications.CHANNELS) {
                Cursor end = chronicle.ask(
                        model -> model.state(new ChannelName(channel)).end());
                if (end != null) desk.delete(channel);
                settle(server, clients);
                for (String type : Publications.TYPES) {
                    desk.publish(Publications.request(publications.plain(channel, type), null));
                    settle(server, clients);
                }
            }
        }
    }
}
