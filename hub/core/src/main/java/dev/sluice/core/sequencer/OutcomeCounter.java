package dev.sluice.core.sequencer;

import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Counters;
import java.util.List;
import java.util.Map;

/// Counts the outcomes of publishes as they are decided; a log that then fails to write them has counted them too.
final class OutcomeCounter {
    private final Counters<AppendCount> counts = new Counters<>(AppendCount.class);

    AppendResult count(Publication publication, AppendResult outcome) {
        counts.add(keyOf(outcome), 1);
        if (!(outcome instanceof AppendResult.Placed)) return outcome;
        int bytes = publication.draft().dataBytes();
        if (bytes > 0) counts.add(AppendCount.PLACED_BYTES, bytes);
        if (publication.draft().channel().isReserved()) counts.add(AppendCount.PLACED_RESERVED, 1);
        return outcome;
    }

    /// Counts each publish of an atomic batch, or only the one because of which the batch was refused.
    AppendResult.Batch count(List<Publication> publications, AppendResult.Batch outcome) {
        switch (outcome) {
            case AppendResult.Batch.All(List<AppendResult> each) -> {
                for (int i = 0; i < each.size(); i++) count(publications.get(i), each.get(i));
            }
            case AppendResult.Batch.None(int index, AppendResult refusal) -> count(publications.get(index), refusal);
        }
        return outcome;
    }

    private static AppendCount keyOf(AppendResult outcome) {
        return switch (outcome) {
            case AppendResult.Placed _ -> AppendCount.PLACED;
            case AppendResult.Same _ -> AppendCount.REPEATED;
            case AppendResult.KeyReused _ -> AppendCount.REFUSED_KEY_REUSED;
            case AppendResult.NewestDiffers _ -> AppendCount.REFUSED_NEWEST_DIFFERS;
            case AppendResult.Ended _ -> AppendCount.REFUSED_ENDED;
            case AppendResult.Full _ -> AppendCount.REFUSED_FULL;
            case AppendResult.TooManyChannels _ -> AppendCount.REFUSED_TOO_MANY_CHANNELS;
            case AppendResult.ChannelShare _ -> AppendCount.REFUSED_CHANNEL_SHARE;
        };
    }

    Map<AppendCount, Long> sums() {
        return Counters.sum(List.of(counts));
    }
}
