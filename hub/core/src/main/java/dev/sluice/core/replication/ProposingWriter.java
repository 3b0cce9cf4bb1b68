package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.core.sequencer.RuleChange;
import dev.sluice.core.sequencer.Sequencer.ForgetProgress;
import dev.sluice.core.sequencer.Sequencer.RulesProgress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One node's way into the order. Commands that arrive while proposals are in flight share the next one. Each is
/// answered when this node has applied it: by then a majority has it, and its publisher reads its own write
/// here.
///
/// A proposal may get lost, or be placed after later ones; then all proposals in flight are repeated in their
/// order ([#repeatLate], [Outcome.Missing]). So publishes of one connection keep their order, and no publish is
/// applied twice.
///
/// Methods may be called from any thread; stages complete on the thread that applies, or that calls [#expire].
final class ProposingWriter implements LogWriter {
    /// The maximum number of proposals in flight: more would only be smaller.
    private static final int PROPOSALS_MAX = 4;

    /// The time after which a proposal in flight is repeated. A repetition does no harm.
    private static final long REPEAT_MS = 1_000;

    private static final int COMMANDS_MAX = 65_536;

    /// The maximum bytes of the commands that wait or are in flight.
    private static final long BYTES_MAX = 64L << 20;

    private final long node;
    private final long incarnation;
    private final Order order;
    private final LongSupplier clockMs;
    private final long timeoutMs;
    private final RuleChange ruleChange;

    private final Deque<PendingCommand<?>> waiting = new ArrayDeque<>();

    /// In the order of their numbers, without gaps.
    private final Deque<PendingProposal> proposed = new ArrayDeque<>();

    private long number;
    private int commands;
    private long bytes;
    private boolean closed;

    /// A proposal that has not come back from the order.
    private final class PendingProposal {
        private final long number;
        private final long proposedMs;
        private final List<PendingCommand<?>> commands;
        private byte @Nullable [] record;
        private int answered;

        PendingProposal(long number, long proposedMs, List<PendingCommand<?>> commands) {
            this.number = number;
            this.proposedMs = proposedMs;
            this.commands = commands;
        }

        /// The commands that callers still wait for. One whose caller already has an error is left out: it
        /// must not take effect minutes later, when this node reaches the others again. The copy that is placed
        /// first counts.
        ///
        /// @return the same array as before if it has the same commands, so that orders recognize a repetition
        byte[] record() {
            List<Command<?>> wanted = new ArrayList<>(commands.size());
            int without = 0;
            long size = 32;
            for (PendingCommand<?> each : commands) {
                if (each.isAnswered()) without++;
                wanted.add(each.isAnswered() ? Command.NOTHING : each.command());
                size += each.bytes();
            }
            byte[] made = record;
            if (made != null && without == answered) return made;
            made = ProposalRecord.write(new Proposal(node, incarnation, number, wanted), (int) size);
            record = made;
            answered = without;
            return made;
        }
    }

    /// @param timeout     the time after which a caller receives an error
    /// @param ruleChange  creates the rule change that uses these commands
    ProposingWriter(
            ReplicatedLog.Identity identity,
            Order order,
            LongSupplier clockMs,
            Duration timeout,
            Function<RuleChange.Commands, RuleChange> ruleChange) {
        node = identity.node();
        incarnation = identity.incarnation();
        this.order = order;
        this.clockMs = clockMs;
        timeoutMs = timeout.toMillis();
        this.ruleChange = ruleChange.apply(new RuleCommands());
    }

    @Override
    public CompletionStage<AppendResult> append(Publication publication) {
        return request(new Command.Append(publication));
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        return request(new Command.AppendAll(publications));
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return request(new Command.Delete(channel));
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        return request(new Command.Forget(channel, id));
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        return request(new Command.ForgetKey(channel, key)).thenCompose(progress -> forgetKey(channel, key, progress));
    }

    private CompletionStage<Integer> forgetKey(ChannelName channel, String key, ForgetProgress progress) {
        if (progress.isDone()) return CompletableFuture.completedStage(progress.count());
        return request(new Command.ForgetKeyFurther(channel, key, progress))
                .thenCompose(further -> forgetKey(channel, key, further));
    }

    /// See [RuleChange].
    @Override
    public CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed) {
        return ruleChange.to(rules, isConfirmed);
    }

    private final class RuleCommands implements RuleChange.Commands {
        @Override
        public CompletionStage<RulesProgress> changeRules(RetentionRules rules) {
            return submit(new Command.ChangeRules(rules));
        }

        @Override
        public CompletionStage<RulesProgress> followRules(RulesProgress progress) {
            return submit(new Command.FollowRules(progress));
        }
    }

    /// Drops expired entries. Called on the leader; calls on several nodes do no harm.
    ///
    /// @return true if there may be more
    CompletionStage<Boolean> maintain(int max) {
        return submit(new Command.Maintain(max));
    }

    /// Drops what the retention rules do not cover, channel by channel. A new leader calls it, because the node
    /// that changed them may have ended before it was done. If it fails, the next leader does it.
    void followRules() {
        followRules(RulesProgress.BEGIN);
    }

    private void followRules(RulesProgress progress) {
        submit(new Command.FollowRules(progress)).thenAccept(next -> {
            if (!next.isDone()) followRules(next);
        });
    }

    /// Submits the command of a client. Refuses it at once while the order is out of reach.
    private <T> CompletionStage<T> request(Command<T> command) {
        if (order.isOutOfReach()) return CompletableFuture.failedStage(outOfReach());
        return submit(command, true);
    }

    /// Submits a command of this node, which waits even while the order is out of reach.
    <T> CompletionStage<T> submit(Command<T> command) {
        return submit(command, false);
    }

    private <T> CompletionStage<T> submit(Command<T> command, boolean isRequest) {
        long deadlineMs = clockMs.getAsLong() + timeoutMs;
        var pending = new PendingCommand<>(command, new CompletableFuture<>(), deadlineMs, isRequest);
        boolean fits = fits(pending);
        synchronized (this) {
            if (closed) {
                pending.fail(stopped());
            } else if (!fits) {
                pending.fail(tooLarge());
            } else if (commands >= COMMANDS_MAX || bytes + pending.bytes() > BYTES_MAX) {
                pending.fail(new NotPublishedException(
                        "Too many publishes wait for the cluster: publish fewer at once, or retry later."));
            } else {
                commands++;
                bytes += pending.bytes();
                waiting.add(pending);
                proposeWaiting();
            }
        }
        return pending.stage();
    }

    /// Returns true if the command fits into a proposal. Smaller commands do, also together.
    private static boolean fits(PendingCommand<?> pending) {
        long size = pending.bytes();
        if (size <= Proposal.BYTES_MAX) return true;
        return size <= BYTES_MAX
                && ProposalRecord.HEADER_BYTES_MAX + ProposalRecord.bytes(pending.command())
                        <= Order.PROPOSAL_BYTES_MAX;
    }

    private void proposeWaiting() {
        while (proposed.size() < PROPOSALS_MAX && !waiting.isEmpty()) {
            List<PendingCommand<?>> group = new ArrayList<>();
            long size = 0;
            do {
                PendingCommand<?> next = waiting.remove();
                group.add(next);
                size += next.bytes();
            } while (!waiting.isEmpty()
                    && group.size() < Proposal.COMMANDS_MAX
                    && size + waiting.element().bytes() <= Proposal.BYTES_MAX);
            var proposal = new PendingProposal(++number, clockMs.getAsLong(), group);
            proposed.add(proposal);
            order.propose(proposal.record());
        }
    }

    /// The number of proposals that have no place yet.
    synchronized int proposals() {
        return proposed.size();
    }

    /// Proposes everything in flight again.
    void repeat() {
        repeatFrom(0);
    }

    /// Proposes everything in flight again if the first proposal has waited for long. Call it about once a
    /// second.
    void repeatLate() {
        long nowMs = clockMs.getAsLong();
        synchronized (this) {
            PendingProposal first = proposed.peek();
            if (first != null && first.proposedMs <= nowMs - REPEAT_MS) repeatFrom(first.number);
        }
    }

    /// Handles the outcome of a proposal, on the thread that applies.
    void applied(Outcome outcome) {
        if (!(outcome instanceof Outcome.OfProposal own)) return;
        Proposal proposal = own.proposal();
        if (proposal.node() != node || proposal.incarnation() != incarnation) return;
        switch (own) {
            case Outcome.Applied(Proposal done, List<Object> results) -> {
                List<PendingCommand<?>> answered = finish(done.number());
                for (int i = 0; i < answered.size(); i++) answered.get(i).complete(results.get(i));
            }
            case Outcome.Missing missing -> repeatFrom(missing.expected());
            case Outcome.Skipped(Proposal skipped) -> requireAnswered(skipped.number());
        }
    }

    private synchronized List<PendingCommand<?>> finish(long done) {
        PendingProposal first = proposed.peek();
        if (first == null || first.number != done) { // A closed writer no longer has it.
            if (closed) return List.of();
            throw new IllegalStateException("proposal " + done + " came back, but is not the next one under way");
        }
        proposed.remove();
        release(first.commands);
        proposeWaiting();
        return first.commands;
    }

    /// A proposal in flight is skipped only if a later process of this node has made proposals: two processes
    /// use its folder.
    private void requireAnswered(long skipped) {
        boolean isUnderWay;
        synchronized (this) {
            PendingProposal first = proposed.peek();
            isUnderWay = first != null && first.number <= skipped;
        }
        if (isUnderWay) close();
    }

    private void release(List<PendingCommand<?>> done) {
        commands -= done.size();
        for (PendingCommand<?> each : done) bytes -= each.bytes();
    }

    private synchronized void repeatFrom(long expected) {
        order.repeat(proposed.stream()
                .filter(each -> each.number >= expected)
                .map(PendingProposal::record)
                .toList());
    }

    /// Fails commands that have waited for too long, and those of clients while the order is out of reach. Call it
    /// about once a second.
    void expire() {
        long nowMs = clockMs.getAsLong();
        boolean isOutOfReach = order.isOutOfReach();
        List<PendingCommand<?>> withdrawn = new ArrayList<>();
        List<PendingCommand<?>> unknown = new ArrayList<>();
        synchronized (this) {
            for (PendingCommand<?> each : waiting) if (each.isOverdue(nowMs, isOutOfReach)) withdrawn.add(each);
            if (!withdrawn.isEmpty()) waiting.removeIf(each -> each.isOverdue(nowMs, isOutOfReach));
            release(withdrawn);
            // Their proposals are repeated without them: a number that is never placed would hold up all later
            // ones.
            for (PendingProposal proposal : proposed) {
                for (PendingCommand<?> each : proposal.commands)
                    if (each.isOverdue(nowMs, isOutOfReach)) unknown.add(each);
            }
        }
        for (PendingCommand<?> each : withdrawn) {
            each.fail(outOfReach());
        }
        for (PendingCommand<?> each : unknown) {
            each.fail(new UnknownOutcomeException(
                    "The cluster has not answered in time; the publish may still be carried out: repeat it with the same"
                            + " Idempotency-Key."));
        }
    }

    private static NotPublishedException outOfReach() {
        return new NotPublishedException("The cluster takes no publishes: no majority of its nodes can be reached.");
    }

    private static NotPublishedException tooLarge() {
        return new NotPublishedException(
                "A cluster takes 16 MiB at a time, with the names of events: publish less at a time.", true);
    }

    private static NotPublishedException stopped() {
        return new NotPublishedException("This node has stopped and takes no publishes: another one does.");
    }

    /// Fails all commands that have no outcome, and all later ones.
    void close() {
        List<PendingCommand<?>> withdrawn;
        List<PendingCommand<?>> unknown = new ArrayList<>();
        synchronized (this) {
            closed = true;
            withdrawn = List.copyOf(waiting);
            for (PendingProposal each : proposed) unknown.addAll(each.commands);
            waiting.clear();
            proposed.clear();
        }
        for (PendingCommand<?> each : withdrawn) each.fail(stopped());
        for (PendingCommand<?> each : unknown) {
            each.fail(new UnknownOutcomeException(
                    "The node stopped before the outcome of the publish was known: repeat it with"
                            + " the same Idempotency-Key."));
        }
    }
}
