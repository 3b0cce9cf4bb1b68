package dev.sluice.core.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// An append whose outcome is to be looked at.
public record TestAppend(PendingAppend pending, CompletableFuture<AppendResult> outcome) {
    public static TestAppend of(Publication publication) {
        CompletableFuture<AppendResult> outcome = new CompletableFuture<>();
        return new TestAppend(PendingAppend.of(publication, outcome), outcome);
    }

    public static List<PendingAppend> all(TestAppend... appends) {
        return Stream.of(appends).map(TestAppend::pending).toList();
    }
}
