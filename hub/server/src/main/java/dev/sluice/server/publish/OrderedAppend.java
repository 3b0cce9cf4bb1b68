package dev.sluice.server.publish;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Appends events in order, and no event after a refused one. Usually all of them go into one write.
final class OrderedAppend {
    private OrderedAppend() {}

    /// Returns the outcomes up to and including the first refusal.
    static CompletionStage<List<AppendResult>> append(Hub hub, Grant grant, List<Publication> publications) {
        try {
            if (publications.size() == 1) return alone(hub, grant, publications.getFirst());
            return hub.publishAll(grant, publications).thenCompose(batch -> switch (batch) {
                case AppendResult.Batch.All(List<AppendResult> each) -> CompletableFuture.completedStage(each);
                // The events before the refused one must be appended; and an event that was refused in a batch
                // for lack of space may fit alone.
                case AppendResult.Batch.None(int index, AppendResult _) -> {
                    int split = Math.max(index, 1);
                    yield inParts(
                            hub,
                            grant,
                            publications.subList(0, split),
                            publications.subList(split, publications.size()));
                }
            });
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private static CompletionStage<List<AppendResult>> alone(Hub hub, Grant grant, Publication publication) {
        return hub.publish(grant, publication).thenApply(List::of);
    }

    private static CompletionStage<List<AppendResult>> inParts(
            Hub hub, Grant grant, List<Publication> first, List<Publication> rest) {
        return append(hub, grant, first).thenCompose(placed -> {
            if (!AppendResponses.isInLog(placed.getLast())) return CompletableFuture.completedStage(placed);
            return append(hub, grant, rest).thenApply(more -> {
                var all = new ArrayList<>(placed);
                all.addAll(more);
                return all;
            });
        });
    }
}
