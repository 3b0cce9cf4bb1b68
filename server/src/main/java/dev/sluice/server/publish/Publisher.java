package dev.sluice.server.publish;

import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Publication;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Where events go. Stages may complete on any thread, and fail only when the log can't keep its promise.
/// What is handed over in some order is placed in that order.
public interface Publisher {
    CompletionStage<Appended> append(Publication publication);

    /// All of them one behind the other, or none.
    CompletionStage<Appended.Batch> appendAll(List<Publication> publications);
}
