package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The count of channels that keep entries, to which the limit of channels applies.
final class ChannelCountTest {
    private static final int STEPS = 5_000;
    private static final int CHANNELS_MAX = 8;

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final LogLimits limits = LogLimits.builder()
            .entriesMax(20)
            .slackMax(1)
            .channelsMax(CHANNELS_MAX)
            .marks(3, Duration.ofMillis(50))
            .lookMax(100)
            .build();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
    private final Sequencer sequencer =
            new Sequencer(index, limits, channel -> new Retention(Duration.ofMillis(40), 3, Long.MAX_VALUE));
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
        index.channels.listed(null).forEach(channel -> kept.add(channel.name()));
        index.channels.reserved(null).forEach(channel -> kept.add(channel.name()));
        return kept;
    }

    private void publish() {
        Set<ChannelName> before = kept();
        for (int group = random.nextInt(3); group >= 0; group--) {
            List<Publication> batch = new ArrayList<>();
            for (int size = 1 + random.nextInt(4); size > 0; size--) batch.add(publication());
            long last = sequencer.last();
            AppendResult.Batch outcome = sequencer.appendAll(batch, nowMs);
            if (outcome instanceof AppendResult.Batch.None(int at, AppendResult refusal))
                check(before, refusal, batch.get(at));
            if (sequencer.last() > last) break; // Later outcomes of the group depend on what this one trimmed.
        }
        for (int more = random.nextInt(3); more > 0; more--) sequencer.append(publication(), nowMs);
        sequencer.apply();
        assertThat(kept()).hasSizeLessThanOrEqualTo(CHANNELS_MAX);
    }

    private static void check(Set<ChannelName> before, AppendResult outcome, Publication publication) {
        if (!(outcome instanceof AppendResult.TooManyChannels)) return;
        assertThat(before).doesNotContain(publication.draft().channel());
    }

    @Test
    void countMatchesTheChannelsKeptAfterPublishesDeletionsAndTrims() {
        int fullest = 0;
        for (int step = 0; step < STEPS; step++) {
            nowMs += random.nextInt(3);
            switch (random.nextInt(6)) {
                case 0 -> sequencer.delete(channel(), nowMs);
                case 1 -> sequencer.maintain(nowMs, 1 + random.nextInt(5));
                default -> publish();
            }
            assertThat(index.channelsKept())
                    .as("step %d, -Dsluice.seed=%d", step, seed)
                    .isEqualTo(kept().size());
            fullest = Math.max(fullest, index.channelsKept());
        }
        assertThat(fullest).as("-Dsluice.seed=%d", seed).isEqualTo(CHANNELS_MAX);
    }
}
