package dev.sluice.core.sequencer;

import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.RulesRecord;
import dev.sluice.core.sequencer.Sequencer.RulesProgress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Replaces the retention rules of a log in slices, each a task of its writer, so that publishes run in between.
/// A change that was interrupted by a crash continues at the next start. May be used from any thread; one change
/// at a time.
public final class RuleChange {
    /// The maximum size of a change, which is one entry of the log and of a cluster's order: some 20,000 rules
    /// with short patterns.
    public static final int BYTES_MAX = 1 << 20;

    /// Runs a task on the log's writer, however many publishes wait: a change must not stop half way.
    public interface Writer {
        <T> CompletionStage<T> change(Supplier<T> task);
    }

    /// The commands of a change, for logs in which these are not decided at once.
    public interface Commands {
        CompletionStage<RulesProgress> changeRules(RetentionRules rules);

        /// @param progress the progress so far; not done
        CompletionStage<RulesProgress> followRules(RulesProgress progress);
    }

    private final Sequencer sequencer;
    private final Writer writer;
    private final Commands commands;
    private final LongSupplier nowMs;
    private volatile @Nullable RetentionRules inForce;

    /// Completes when all channels follow the rules in force.
    private volatile CompletionStage<?> following = CompletableFuture.completedStage(null);

    /// @param nowMs   the time for commands; called by the writer's tasks
    /// @param inForce the rules with which the log was opened; null if they are a function, which cannot be
    ///                compared
    public RuleChange(Sequencer sequencer, Writer writer, LongSupplier nowMs, @Nullable RetentionRules inForce) {
        this(sequencer, writer, commands(sequencer, writer, nowMs), nowMs, inForce);
    }

    /// Creates a change with other commands: the writer's tasks then only count losses.
    public RuleChange(
            Sequencer sequencer,
            Writer writer,
            Commands commands,
            LongSupplier nowMs,
            @Nullable RetentionRules inForce) {
        this.sequencer = sequencer;
        this.writer = writer;
        this.commands = commands;
        this.nowMs = nowMs;
        this.inForce = inForce;
    }

    private static Commands commands(Sequencer sequencer, Writer writer, LongSupplier nowMs) {
        return new Commands() {
            @Override
            public CompletionStage<RulesProgress> changeRules(RetentionRules rules) {
                return writer.change(() -> sequencer.changeRules(rules, nowMs.getAsLong()));
            }

            @Override
            public CompletionStage<RulesProgress> followRules(RulesProgress progress) {
                return writer.change(() -> sequencer.followRules(progress, nowMs.getAsLong()));
            }
        };
    }

    /// See [dev.sluice.core.log.LogWriter#changeRules]. Fails with an [IllegalArgumentException] if the rules are
    /// larger than [#BYTES_MAX].
    public CompletionStage<List<RetentionLoss>> to(RetentionRules rules, boolean isConfirmed) {
        if (rules.equals(inForce)) return followed();
        int bytes = RulesRecord.write(rules).length;
        if (bytes > BYTES_MAX) return CompletableFuture.failedStage(tooLarge(rules, bytes));
        if (isConfirmed) return replace(rules);
        return writer.change(() -> sequencer.step(sequencer.losses(rules, nowMs.getAsLong())))
                .thenCompose(this::count)
                .thenCompose(losses -> losses.isEmpty() ? replace(rules) : CompletableFuture.completedStage(losses));
    }

    /// Waits until all channels follow the rules in force. Slices that have failed are processed again: they would
    /// otherwise fail every later change to the same rules.
    private CompletionStage<List<RetentionLoss>> followed() {
        if (following.toCompletableFuture().isCompletedExceptionally()) following = follow(RulesProgress.BEGIN);
        return following.thenApply(_ -> List.of());
    }

    private static IllegalArgumentException tooLarge(RetentionRules rules, int bytes) {
        return new IllegalArgumentException(String.format(
                Locale.ROOT,
                "%,d retention rules are %,d bytes, and at most %,d may be changed at once: use fewer rules, whose patterns match more channels.",
                rules.rules().size(),
                bytes,
                BYTES_MAX));
    }

    private CompletionStage<List<RetentionLoss>> count(LossSearch search) {
        while (!search.isDone()) {
            CompletableFuture<LossSearch> step =
                    writer.change(() -> sequencer.step(search)).toCompletableFuture();
            // A replica counts at once: with many channels, recursion would overflow the stack.
            if (step.state() != Future.State.SUCCESS) return step.thenCompose(this::count);
        }
        return CompletableFuture.completedStage(search.losses());
    }

    private CompletionStage<List<RetentionLoss>> replace(RetentionRules rules) {
        return commands.changeRules(rules).thenCompose(progress -> {
            inForce = rules; // They are recorded, even if the other slices fail.
            following = follow(progress);
            return following.thenApply(_ -> List.of());
        });
    }

    /// Applies the rules with which the log was opened to all channels: a crash may have interrupted their
    /// change.
    public void resume() {
        following = follow(RulesProgress.BEGIN);
    }

    private CompletionStage<RulesProgress> follow(RulesProgress progress) {
        if (progress.isDone()) return CompletableFuture.completedStage(progress);
        return commands.followRules(progress).thenCompose(this::follow);
    }
}
