package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
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

/// Many publishers and readers at once over several event loops, with channels that keep little, memory for encoded
/// events that is far too small, time that flies, and readers so slow that retention overtakes them. Afterwards all of
/// it is held against the log's order.
final class CrowdTest {
    private static final int ROUNDS = 4;
    private static final int ROUNDS_LONG = 60;
    private static final int CONTRIBUTORS = 3;
    private static final int WANDERERS = 8;
    private static final int REQUESTS = 120;

    @Test
    void everyoneHearsTheLogsOrderHoweverMuchGoesOn() {
        Rounds.play(ROUNDS, CrowdTest::play);
    }

    @Test
    @Tag("long")
    void everyoneHearsTheLogsOrderForLong() {
        Rounds.play(ROUNDS_LONG, CrowdTest::play);
    }

    private static void play(Random random, Rounds.Story story) throws Exception {
        boolean isBig = random.nextBoolean();
        Chronicle chronicle = Servers.chronicle(random, 10 + random.nextInt(30), random.nextBoolean() ? 10_000 : 150);
        // Half of the time nothing but the log's growth wakes a reader: no timer makes good for a call that was lost.
        Duration tick = random.nextBoolean() ? Duration.ofMillis(10) : Duration.ofDays(1);
        try (TestServer server = Servers.start(chronicle, 3, tick, 128 << 10)) {
            List<Contributor> contributors = new ArrayList<>();
            for (int i = 0; i < CONTRIBUTORS; i++) {
                Random own = new Random(random.nextLong());
                contributors.add(
                        new Contributor(server, chronicle, own, "p" + i, REQUESTS, isBig ? 200_000 : 2_000, story));
            }
            List<Wanderer> wanderers = new ArrayList<>();
            for (int i = 0; i < WANDERERS; i++) {
                Random own = new Random(random.nextLong());
                wanderers.add(new Wanderer(server, chronicle, own, "reader " + i, i % 3 == 0, story));
            }
            CompletableFuture<Void> reading = start(wanderers);
            CompletableFuture<Void> publishing = start(contributors);
            while (!isDone(publishing, 20)) server.pass(Duration.ofSeconds(2));
            for (int round = 0; !isDone(reading, 50); round++) {
                if (round == 400) throw new AssertionError("somebody never hears the last event: " + wanderers);
                mark(chronicle);
            }
            chronicle.check();
            contributors.forEach(Contributor::check);
            for (Wanderer each : wanderers) new Reckoning(chronicle, each.wish).check(each.visits);
        }
    }

    private static CompletableFuture<Void> start(List<? extends Runnable> all) {
        return CompletableFuture.allOf(all.stream()
                .map(each -> CompletableFuture.runAsync(
                        each, task -> Thread.ofPlatform().daemon().start(task)))
                .toArray(CompletableFuture<?>[]::new));
    }

    /// Waits a moment for it.
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

    /// The last events of every channel and type, in this order, with nothing else in them.
    private static void mark(Chronicle chronicle) {
        for (String name : Publications.CHANNELS) {
            ChannelName channel = new ChannelName(name);
            Cursor end = chronicle.channel(channel).end();
            if (end != null) chronicle.delete(channel);
            for (String type : Publications.TYPES) {
                Draft draft = Draft.event(channel, type, Publications.text("text/plain", mark(name, type)));
                chronicle.append(new Publication(draft, Conditions.NONE));
            }
        }
    }

    private static String mark(String channel, String type) {
        return "<last of " + channel + " " + type + ">";
    }

    /// The data of the last event that there is for somebody; null: there is none.
    static @Nullable String last(Wish wish) {
        for (String channel : Publications.CHANNELS.reversed()) {
            if (!wish.selection().matches(new ChannelName(channel))) continue;
            for (String type : Publications.TYPES.reversed()) {
                if (wish.types().isEmpty() || wish.types().contains(type)) return mark(channel, type);
            }
        }
        return null;
    }
}
