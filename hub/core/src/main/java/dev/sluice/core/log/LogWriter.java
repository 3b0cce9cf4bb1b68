package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The writing half of a log. Its order decides all outcomes. All methods may be called from any thread, and
/// none blocks. A stage may complete on any thread, and fails only if the log cannot keep its promise.
public interface LogWriter {
    /// Appends a draft if its conditions hold. The stage completes when the draft is as durable as the log
    /// promises.
    CompletionStage<AppendResult> append(Publication publication);

    /// Appends as [#append(Publication)] does, and passes the outcome to the append's listener.
    default void append(PendingAppend append) {
        append(append.publication()).whenComplete((outcome, failure) -> {
            if (failure == null) append.complete(outcome);
            else append.fail(failure);
        });
    }

    /// Whether appends cost less when several are handed over together by [#appendEach].
    default boolean isGrouping() {
        return false;
    }

    /// Appends publications in order, each by itself as [#append(Publication)] does.
    ///
    /// @param appends must not be changed afterwards
    default void appendEach(List<PendingAppend> appends) {
        for (PendingAppend each : appends) append(each);
    }

    /// Appends all publications in order, or none.
    CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications);

    /// Drops a channel's events and its end. Readers get a gap with reason [GapReason#DELETED]; the next publish
    /// starts a new channel. Completes with true if there was anything to drop. The stage completes when the
    /// deletion is final: from then on no reader sees any of it, though memory and disk space may be freed later.
    CompletionStage<Boolean> delete(ChannelName channel);

    /// Erases the data of one event and keeps its id. Completes with false if the channel keeps no such event.
    CompletionStage<Boolean> forget(ChannelName channel, Cursor id);

    /// Erases the data of all events of a key that are kept at the time of the call, and keeps their ids.
    /// Completes with their number. Works from the oldest to the newest, so a concurrent reader may see some of
    /// them erased and others not. If the stage fails, some may be erased; call it again.
    CompletionStage<Integer> forgetKey(ChannelName channel, String key);

    /// Replaces the retention rules of all channels, now and for later starts; does nothing if they are in force
    /// already. If they would delete kept entries and that is not confirmed, it only counts these entries. The
    /// stage completes when all channels follow the rules and have dropped the entries beyond their number and
    /// bytes; entries that are too old are dropped soon after.
    ///
    /// @return what each of the rules would delete, if they are not in force for that reason; empty if they are
    ///         in force
    CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed);
}
