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
            if (publications.size() == 1) return oneByOne(publisher, publications, new ArrayList<>());
            return publisher.appendAll(publications).thenCompose(batch -> switch (batch) {
                case Appended.Batch.All(List<Appended> each) -> CompletableFuture.completedStage(each);
                // What stands before the refusal is to be in the log.
                case Appended.Batch.None _ -> oneByOne(publisher, publications, new ArrayList<>());
            });
        } catch (RuntimeException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private static CompletionStage<List<Appended>> oneByOne(
            Publisher publisher, List<Publication> publications, List<Appended> outcomes) {
        return publisher.append(publications.get(outcomes.size())).thenCompose(outcome -> {
            outcomes.add(outcome);
            boolean isOver = Outcomes.id(outcome) == null || outcomes.size() == publications.size();
            return isOver ? CompletableFuture.completedStage(outcomes) : oneByOne(publisher, publications, outcomes);
        });
    }
}
