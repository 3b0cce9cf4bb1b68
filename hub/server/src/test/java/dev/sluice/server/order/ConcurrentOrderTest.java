package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Many concurrent publishers and readers on several event loops, with short retention, far too little memory for
/// encoded events, a fast clock, and readers so slow that retention overtakes them. Afterwards everything is checked
/// against the log's order.
final class ConcurrentOrderTest {
    private static final int ROUNDS_LONG = 60;
    private static final int PUBLISHERS = 3;
    private static final int READERS = 8;
    private static final int REQUESTS = 120;

    @Test
    void everyReaderReceivesTheLogsOrderUnderLoad() {
        Rounds.playForSomeTime(ConcurrentOrderTest::play);
    }

    @Test
    @Tag("long")
    void everyReaderReceivesTheLogsOrderForLong() {
        Rounds.play(ROUNDS_LONG, ConcurrentOrderTest::play);
    }

    private static void play(Random random, Rounds.Trace trace) throws Exception {
        boolean isBig = random.nextBoolean();
        RecordingLog recording =
                Servers.recording(random, 10 + random.nextInt(30), random.nextBoolean() ? 10_000 : 150);
        // Half of the time only the log's growth wakes a reader: no timer makes up for a missed wake-up.
        Duration tick = random.nextBoolean() ? Duration.ofMillis(10) : Duration.ofDays(1);
        try (TestServer server = Servers.start(recording, 3, tick, 128 << 10)) {
            List<RandomPublisher> publishers = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                Random seeded = new Random(random.nextLong());
                publishers.add(new RandomPublisher(
                        server, recording, seeded, "p" + i, REQUESTS, isBig ? 200_000 : 2_000, trace));
            }
            List<RandomReader> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Random seeded = new Random(random.nextLong());
                readers.add(new RandomReader(server, recording, seeded, "reader " + i, i % 3 == 0, trace));
            }
            CompletableFuture<Void> reading = start(readers);
            CompletableFuture<Void> publishing = start(publishers);
            while (!isDone(publishing, 20)) server.pass(Duration.ofSeconds(2));
            for (int round = 0; !isDone(reading, 50); round++) {
                if (round == 400) throw new AssertionError("a reader never receives the last event: " + readers);
                publishLastEvents(recording);
            }
            recording.check();
            publishers.forEach(RandomPublisher::check);
            for (RandomReader each : readers) each.check();
        }
    }

    private static CompletableFuture<Void> start(List<? extends Runnable> all) {
        return CompletableFuture.allOf(all.stream()
                .map(each -> CompletableFuture.runAsync(
                        each, task -> Thread.ofPlatform().daemon().start(task)))
                .toArray(CompletableFuture<?>[]::new));
    }

    /// Waits briefly for the work.
    private static boolean isDone(CompletableFuture<Void> work, long waitMs) throws InterruptedException {
        try {
            work.get(waitMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException | CompletionException failed) {
            throw new AssertionError(failed.getCause().getMessage(), failed);
        }
    }

    /// Publishes the last events of every channel and type, in a fixed order, with fixed data.
    private static void publishLastEvents(RecordingLog recording) {
        for (String name : Publications.CHANNELS) {
            ChannelName channel = new ChannelName(name);
            Cursor end = recording.channel(channel).end();
            if (end != null) recording.delete(channel);
            for (String type : Publications.TYPES) {
                Draft draft = Draft.event(channel, type, Publications.text("text/plain", lastData(name, type)));
                recording.append(new Publication(draft, Conditions.NONE));
            }
        }
    }

    private static String lastData(String channel, String type) {
        return "<last of " + channel + " " + type + ">";
    }

    /// The data of the last event that a reader receives; null if there is none.
    static @Nullable String last(ReaderSpec spec) {
        for (String channel : Publications.CHANNELS.reversed()) {
            if (!spec.selection().matches(new ChannelName(channel))) continue;
            for (String type : Publications.TYPES.reversed()) {
                if (spec.types().isEmpty() || spec.types().contains(type)) return lastData(channel, type);
            }
        }
        return null;
    }
}
