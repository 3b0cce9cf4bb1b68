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
    private final @Nullable RetentionRules opened;

    /// The rules that [#following] applies to the channels: those in force, unless another node has changed them.
    private volatile @Nullable RetentionRules followed;

    /// Completes when all channels follow these rules.
    private volatile CompletionStage<?> following = CompletableFuture.completedStage(null);

    /// @param nowMs   the time for commands; called by the writer's tasks
    /// @param opened  the rules with which the log was opened; null if they are a function, which cannot be
    ///                compared
    public RuleChange(Sequencer sequencer, Writer writer, LongSupplier nowMs, @Nullable RetentionRules opened) {
        this(sequencer, writer, commands(sequencer, writer, nowMs), nowMs, opened);
    }

    /// Creates a change with other commands: the writer's tasks then only count losses.
    public RuleChange(
            Sequencer sequencer,
            Writer writer,
            Commands commands,
            LongSupplier nowMs,
            @Nullable RetentionRules opened) {
        this.sequencer = sequencer;
        this.writer = writer;
        this.commands = commands;
        this.nowMs = nowMs;
        this.opened = opened;
        followed = opened;
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
        RetentionRules changed = sequencer.changedRules(); // Another node of a cluster may have changed them.
        if (rules.equals(changed == null ? opened : changed)) return follow(rules);
        int bytes = RulesRecord.write(rules).length;
        if (bytes > BYTES_MAX) return CompletableFuture.failedStage(tooLarge(rules, bytes));
        if (isConfirmed) return replace(rules);
        return writer.change(() -> sequencer.step(sequencer.losses(rules, nowMs.getAsLong())))
                .thenCompose(this::count)
                .thenCompose(losses -> losses.isEmpty() ? replace(rules) : CompletableFuture.completedStage(losses));
    }

    /// Applies the rules in force to all channels, unless that is done or under way. Slices that have failed are
    /// processed again: they would otherwise fail every later change to the same rules.
    private CompletionStage<List<RetentionLoss>> follow(RetentionRules inForce) {
        boolean isFollowing =
                inForce.equals(followed) && !following.toCompletableFuture().isCompletedExceptionally();
        return isFollowing ? following.thenApply(_ -> List.of()) : follow(inForce, RulesProgress.BEGIN);
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
        // They are recorded, even if the other slices fail.
        return commands.changeRules(rules).thenCompose(progress -> follow(rules, progress));
    }

    private CompletionStage<List<RetentionLoss>> follow(RetentionRules inForce, RulesProgress progress) {
        followed = inForce;
        following = follow(progress);
        return following.thenApply(_ -> List.of());
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
