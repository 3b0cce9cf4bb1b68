package dev.sluice.core.sequencer;

import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Publication;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Counters;
import java.util.List;
import java.util.Map;

/// Counts the outcomes of publishes as they are decided; a log that then fails to write them has counted them too.
final class OutcomeCounter {
    private final Counters<AppendCount> counts = new Counters<>(AppendCount.class);

    Appended count(Publication publication, Appended outcome) {
        counts.add(keyOf(outcome), 1);
        int bytes = publication.draft().dataBytes();
        if (outcome instanceof Appended.Placed && bytes > 0) counts.add(AppendCount.PLACED_BYTES, bytes);
        return outcome;
    }

    /// Counts each publish of an atomic batch, or the one that refused it.
    Appended.Batch count(List<Publication> publications, Appended.Batch outcome) {
        switch (outcome) {
            case Appended.Batch.All(List<Appended> each) -> {
                for (int i = 0; i < each.size(); i++) count(publications.get(i), each.get(i));
            }
            case Appended.Batch.None(int index, Appended refusal) -> count(publications.get(index), refusal);
        }
        return outcome;
    }

    private static AppendCount keyOf(Appended outcome) {
        return switch (outcome) {
            case Appended.Placed _ -> AppendCount.PLACED;
            case Appended.Same _ -> AppendCount.REPEATED;
            case Appended.KeyReused _ -> AppendCount.REFUSED_KEY_REUSED;
            case Appended.NewestDiffers _ -> AppendCount.REFUSED_NEWEST_DIFFERS;
            case Appended.Ended _ -> AppendCount.REFUSED_ENDED;
            case Appended.Full _ -> AppendCount.REFUSED_FULL;
            case Appended.TooManyChannels _ -> AppendCount.REFUSED_TOO_MANY_CHANNELS;
            case Appended.ChannelShare _ -> AppendCount.REFUSED_CHANNEL_SHARE;
        };
    }

    Map<AppendCount, Long> sums() {
        return Counters.sum(List.of(counts));
    }
}
