package dev.sluice.server.publish;

import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Appends events of which none may be placed behind one that was refused: all of them in one write, as a rule.
final class InOrder {
    private InOrder() {}

    /// Their outcomes up to the first refusal, with that as the last one.
    static CompletionStage<List<Appended>> append(Publisher publisher, List<Publication> publications) {
        try {
            if (publications.size() == 1) return alone(publisher, publications.getFirst());
            return publisher.appendAll(publications).thenCompose(batch -> switch (batch) {
                case Appended.Batch.All(List<Appended> each) -> CompletableFuture.completedStage(each);
                // What stands before the refusal is to be in the log, and what is refused in company may have room
                // alone.
                case Appended.Batch.None(int index, Appended _) -> {
                    int split = Math.max(index, 1);
                    yield inParts(
                            publisher,
                            publications.subList(0, split),
                            publications.subList(split, publications.size()));
                }
            });
        } catch (RuntimeException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private static CompletionStage<List<Appended>> alone(Publisher publisher, Publication publication) {
        return publisher.append(publication).thenApply(List::of);
    }

    private static CompletionStage<List<Appended>> inParts(
            Publisher publisher, List<Publication> first, List<Publication> rest) {
        return append(publisher, first).thenCompose(placed -> {
            if (Outcomes.id(placed.getLast()) == null) return CompletableFuture.completedStage(placed);
            return append(publisher, rest).thenApply(more -> {
                var all = new ArrayList<>(placed);
                all.addAll(more);
                return all;
            });
        });
    }
}
