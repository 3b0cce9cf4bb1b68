package dev.sluice.core.replication;

import dev.sluice.core.log.Publication;
import dev.sluice.core.log.RulesRecord;
import java.util.concurrent.CompletableFuture;

/// A command whose caller waits for its outcome.
///
/// @param deadlineMs when the caller receives an error instead, by the writer's clock
/// @param isRequest  whether a client waits. It can try another node, so it receives the error as soon as the
///                   order is out of reach
record PendingCommand<T>(Command<T> command, CompletableFuture<T> stage, long deadlineMs, boolean isRequest) {
    /// The approximate bytes of a command without its data and its channel.
    private static final long OVERHEAD = 128;

    /// Its approximate size in bytes.
    long bytes() {
        return switch (command) {
            case Command.Append(Publication publication) -> bytes(publication);
            case Command.AppendAll(var publications) ->
                publications.stream().mapToLong(PendingCommand::bytes).sum();
            case MemberLeaseCommand.ChangeHolds holds ->
                holds.changes().stream()
                        .mapToLong(each -> OVERHEAD + each.client().length())
                        .sum();
            case Command.ChangeRules(var rules) -> OVERHEAD + RulesRecord.write(rules).length;
            case Command.Delete _,
                    Command.Forget _,
                    Command.ForgetKey _,
                    Command.ForgetKeyFurther _,
                    Command.Maintain _,
                    Command.FollowRules _,
                    MemberLeaseCommand.BeginLease _,
                    MemberLeaseCommand.EndLease _,
                    MemberLeaseCommand.ReleaseEnded _ -> OVERHEAD;
        };
    }

    /// With the length of the channel, the actual size is at most 16 times this one: the other names of an event
    /// have 2 KiB at most.
    private static long bytes(Publication publication) {
        return OVERHEAD
                + publication.draft().channel().value().length()
                + publication.draft().dataBytes();
    }

    /// Returns true if it is time to answer the caller with an error.
    boolean isOverdue(long nowMs, boolean isOutOfReach) {
        return deadlineMs <= nowMs || (isRequest && isOutOfReach);
    }

    /// Returns true if the caller has its answer.
    boolean isAnswered() {
        return stage.isDone();
    }

    /// Completes the stage with the replica's decision.
    @SuppressWarnings("unchecked") // The replica returns what this kind of command decides.
    void complete(Object result) {
        if (result instanceof RuntimeException refused) stage.completeExceptionally(refused);
        else stage.complete((T) result);
    }

    void fail(RuntimeException reason) {
        stage.completeExceptionally(reason);
    }
}
