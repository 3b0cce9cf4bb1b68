package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The count of channels that keep something, which the limit of channels is held against.
final class ChannelCountTest {
    private static final int STEPS = 5_000;
    private static final int CHANNELS_MAX = 8;

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Store store = new Store(
            Epochs.of(new Epoch("e")),
            new Limits(
                    20,
                    1 << 20,
                    Long.MAX_VALUE,
                    1,
                    CHANNELS_MAX,
                    3,
                    Duration.ofMillis(50),
                    0,
                    Duration.ofDays(1),
                    0,
                    100,
                    100),
            channel -> new Retention(Duration.ofMillis(40), 3, Long.MAX_VALUE),
            Backing.NONE);
    private long nowMs;

    private ChannelName channel() {
        String name = "c/" + random.nextInt(2 * CHANNELS_MAX);
        return new ChannelName(random.nextInt(4) == 0 ? "$presence/" + name : name);
    }

    private Publication publication() {
        ChannelName channel = channel();
        Draft draft =
                random.nextInt(10) == 0 ? Draft.end(channel) : Draft.event(channel, "message", Contents.text("x"));
        return new Publication(draft, Conditions.NONE);
    }

    private Set<ChannelName> kept() {
        Set<ChannelName> kept = new HashSet<>();
        store.listed(null).forEach(channel -> kept.add(channel.name()));
        store.reserved(null).forEach(channel -> kept.add(channel.name()));
        return kept;
    }

    private void publish() {
        Set<ChannelName> before = kept();
        Staging staging = new Staging(store, nowMs);
        for (int group = 1 + random.nextInt(3); group > 0; group--) {
            List<Publication> batch = new ArrayList<>();
            for (int size = 1 + random.nextInt(4); size > 0; size--) batch.add(publication());
            if (batch.size() == 1) check(before, staging.stage(batch.getFirst()), batch.getFirst());
            else if (staging.stageAll(batch) instanceof Appended.Batch.None(int at, Appended refusal))
                check(before, refusal, batch.get(at));
        }
        staging.entries().forEach(entry -> before.add(entry.channel()));
        assertThat(before).hasSizeLessThanOrEqualTo(CHANNELS_MAX);
        store.commit(staging, nowMs);
    }

    private static void check(Set<ChannelName> before, Appended outcome, Publication publication) {
        if (!(outcome instanceof Appended.TooManyChannels)) return;
        assertThat(before).doesNotContain(publication.draft().channel());
    }

    @Test
    void countIsTheTruthAfterPublishesDeletionsAndTrims() {
        int fullest = 0;
        for (int step = 0; step < STEPS; step++) {
            nowMs += random.nextInt(3);
            switch (random.nextInt(6)) {
                case 0 -> store.delete(channel(), nowMs);
                case 1 -> store.maintain(nowMs, 1 + random.nextInt(5));
                default -> publish();
            }
            assertThat(store.channelsKept())
                    .as("step %d, -Dsluice.seed=%d", step, seed)
                    .isEqualTo(kept().size());
            fullest = Math.max(fullest, store.channelsKept());
        }
        assertThat(fullest).as("-Dsluice.seed=%d", seed).isEqualTo(CHANNELS_MAX);
    }
}
