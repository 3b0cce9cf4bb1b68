package dev.sluice.core.log;

import java.util.concurrent.CompletableFuture;

/// A publication on its way into the log.
///
/// @param outcome completed with the outcome, as the stage of [LogWriter#append]
public record PendingAppend(Publication publication, CompletableFuture<Appended> outcome) {
    public static PendingAppend of(Publication publication) {
        return new PendingAppend(publication, new CompletableFuture<>());
    }
}
