package dev.sluice.server.publish;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Appends events in order, and no event after a refused one. Usually all of them go into one write.
final class OrderedAppend {
    /// @param each    the outcomes up to and including the first refusal, or up to a failed append
    /// @param failure the failure of the append of all further events; null if none failed
    record Outcomes(List<AppendResult> each, @Nullable Throwable failure) {
        /// Returns true if all events are in the log.
        boolean areInLog() {
            return failure == null && AppendResponses.isInLog(each.getLast());
        }
    }

    private OrderedAppend() {}

    /// The stage never fails: events that were appended before a failure count.
    static CompletionStage<Outcomes> append(Hub hub, Grant grant, List<Publication> publications) {
        try {
            CompletionStage<Outcomes> outcomes =
                    publications.size() == 1 ? alone(hub, grant, publications) : together(hub, grant, publications);
            return outcomes.exceptionally(failure -> new Outcomes(List.of(), failure));
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.completedStage(new Outcomes(List.of(), failure));
        }
    }

    private static CompletionStage<Outcomes> alone(Hub hub, Grant grant, List<Publication> publications) {
        return hub.publish(grant, publications.getFirst()).thenApply(outcome -> new Outcomes(List.of(outcome), null));
    }

    private static CompletionStage<Outcomes> together(Hub hub, Grant grant, List<Publication> publications) {
        return hub.publishAll(grant, publications).thenCompose(batch -> switch (batch) {
            case AppendResult.Batch.All(List<AppendResult> each) ->
                CompletableFuture.completedStage(new Outcomes(each, null));
            // The events before the refused one must be appended; and an event that was refused in a batch for
            // lack of space may fit alone.
            case AppendResult.Batch.None(int index, AppendResult _) -> {
                int split = Math.max(index, 1);
                yield inParts(
                        hub, grant, publications.subList(0, split), publications.subList(split, publications.size()));
            }
        });
    }

    private static CompletionStage<Outcomes> inParts(
            Hub hub, Grant grant, List<Publication> first, List<Publication> rest) {
        return append(hub, grant, first).thenCompose(placed -> {
            if (!placed.areInLog()) return CompletableFuture.completedStage(placed);
            return append(hub, grant, rest).thenApply(more -> {
                var all = new ArrayList<>(placed.each());
                all.addAll(more.each());
                return new Outcomes(all, more.failure());
            });
        });
    }
}
