package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.UnknownOutcomeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// One node and an order whose proposals the test places by hand.
final class ProposingWriterTest {
    private final TestClock clock = new TestClock();
    private final List<byte[]> proposed = new ArrayList<>();
    private List<byte[]> repeated = List.of();
    private final ReplicatedLog log = open(1);
    private long index;
    private boolean leads;
    private boolean isOutOfReach;

    private ReplicatedLog open(long incarnation) {
        return open(incarnation, LogLimits.builder().build());
    }

    private ReplicatedLog open(long incarnation, LogLimits limits) {
        Order order = new Order() {
            @Override
            public void propose(byte[] proposal) {
                proposed.add(proposal);
            }

            @Override
            public void repeat(List<byte[]> proposals) {
                repeated = proposals;
                proposed.addAll(proposals);
            }

            @Override
            public boolean isLeader() {
                return leads;
            }

            @Override
            public boolean isOutOfReach() {
                return isOutOfReach;
            }
        };
        return MemoryNode.log(
                new ReplicatedLog.Identity(1, incarnation),
                order,
                MemoryNode.index(limits),
                limits,
                MemoryNode.RULES,
                clock,
                Duration.ofSeconds(10));
    }

    private CompletableFuture<AppendResult> publish(String data) {
        Draft draft = Draft.event(new ChannelName("a"), "message", Contents.text(data));
        return log.append(new Publication(draft, Conditions.NONE)).toCompletableFuture();
    }

    private void place(byte[] proposal) {
        log.placed(new Order.Position(++index, 0), clock.millis(), proposal);
    }

    private static Proposal read(byte[] proposal) {
        return ProposalRecord.read(proposal);
    }

    @Test
    void sharesOneProposalAmongCommandsThatWaitForFourOthers() {
        for (int i = 0; i < 30; i++) publish("x");
        assertThat(proposed).hasSize(4).allMatch(each -> read(each).commands().size() == 1);
        place(proposed.getFirst());
        assertThat(proposed).hasSize(5);
        assertThat(read(proposed.getLast()).commands()).hasSize(26);
    }

    @Test
    void repeatsInOrderAtOnceWhenAProposalCameTooEarly() {
        CompletableFuture<AppendResult> first = publish("first");
        CompletableFuture<AppendResult> second = publish("second");
        place(proposed.get(1));
        assertThat(proposed).as("both again").hasSize(4);
        assertThat(List.of(first.isDone(), second.isDone())).containsOnly(false);
        place(proposed.get(2));
        place(proposed.get(3));
        place(proposed.get(0)); // The lost one comes late.
        assertThat(first.join()).isEqualTo(new AppendResult.Placed(log.head().epoch(), 1));
        assertThat(second.join())
                .isEqualTo(
                        new AppendResult.Placed(log.head().epoch(), log.head().position()));
        assertThat(log.head().position()).as("nothing is placed twice").isEqualTo(2);
    }

    @Test
    void repeatsAfterASecondWhatDoesNotComeBack() {
        publish("x");
        log.maintain();
        assertThat(proposed).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        log.maintain();
        assertThat(proposed).hasSize(2).allMatch(each -> read(each).number() == 1);
    }

    /// Orders recognize a repetition by that.
    @Test
    void repeatsTheSameArrayUntilACallerHasItsAnswer() {
        publish("x");
        for (int second = 0; second < 2; second++) {
            clock.advance(Duration.ofSeconds(1));
            log.maintain();
        }
        assertThat(proposed).hasSize(3).allMatch(each -> each == proposed.getFirst());
        clock.advance(Duration.ofSeconds(10));
        log.maintain();
        assertThat(read(proposed.getLast()).commands()).containsExactly(Command.NOTHING);
        log.maintain();
        assertThat(proposed).hasSize(5);
        assertThat(proposed.getLast()).isSameAs(proposed.get(3));
    }

    /// The order drops what it still keeps of the others.
    @Test
    void repeatsAllProposalsInFlightTogether() {
        for (int i = 0; i < 3; i++) publish("x");
        place(proposed.getFirst());
        clock.advance(Duration.ofSeconds(10));
        log.maintain();
        assertThat(repeated).hasSize(2);
        for (byte[] each : repeated) place(each);
        assertThat(log.head().position())
                .as("what callers gave up is not carried out")
                .isEqualTo(1);
    }

    /// An order that can't place it would be proposed it again for ever.
    @Test
    void refusesAtOnceWhatNoOrderTakes() {
        var largest = publish("x".repeat(Order.PROPOSAL_BYTES_MAX - 100));
        assertThat(proposed)
                .singleElement()
                .satisfies(each -> assertThat(each.length).isLessThanOrEqualTo(Order.PROPOSAL_BYTES_MAX));
        place(proposed.getFirst());
        assertThat(largest.join()).isInstanceOf(AppendResult.Placed.class);
        var large = publish("x".repeat(Order.PROPOSAL_BYTES_MAX));
        Publication line = new Publication(
                Draft.event(new ChannelName("c".repeat(255)), "message", Contents.text("")), Conditions.NONE);
        var batch = log.appendAll(Collections.nCopies(70_000, line)).toCompletableFuture();
        assertThat(List.of(large, batch))
                .allSatisfy(each -> assertThat(each.exceptionNow())
                        .isInstanceOfSatisfying(
                                NotPublishedException.class,
                                refused -> assertThat(refused.isTooLarge()).isTrue()));
        assertThat(proposed).hasSize(1);
        assertThat(log.appendAll(Collections.nCopies(60_000, line))).isNotDone();
        assertThat(proposed).hasSize(2);
    }

    /// A slice of the search takes one channel here.
    @Test
    void countsTheLossesOfAnyNumberOfChannels() {
        int channels = 20_000;
        ReplicatedLog many = open(2, LogLimits.builder().lookMax(1).build());
        for (int i = 0; i <= channels; i++) {
            if (i == channels) clock.advance(Duration.ofHours(1)); // The time of the log is that of its last event.
            var draft = Draft.event(new ChannelName("c/" + i), "message", Contents.text("x"));
            many.append(new Publication(draft, Conditions.NONE));
            many.placed(new Order.Position(i + 1, 0), clock.millis(), proposed.removeLast());
        }
        var newer = new Retention(Duration.ofMinutes(1), Long.MAX_VALUE, Long.MAX_VALUE);
        var losses = many.changeRules(new RetentionRules(List.of(), newer), false);
        assertThat(losses.toCompletableFuture().join())
                .singleElement()
                .satisfies(each -> assertThat(each.channels()).isEqualTo(channels));
    }

    /// The node would otherwise refuse every reload until it is restarted.
    @Test
    void followsRulesAgainWhoseSlicesTimedOut() {
        var fewer = new RetentionRules(List.of(), Retention.events(5));
        var changing = log.changeRules(fewer, true).toCompletableFuture();
        place(proposed.getLast());
        clock.advance(Duration.ofSeconds(10));
        log.maintain();
        assertThat(changing.exceptionNow()).isInstanceOf(UnknownOutcomeException.class);
        place(proposed.getLast());
        var again = log.changeRules(fewer, false).toCompletableFuture();
        assertThat(read(proposed.getLast()).commands()).singleElement().isInstanceOf(Command.FollowRules.class);
        place(proposed.getLast());
        assertThat(again.join()).isEmpty();
    }

    /// Otherwise a reload would report success while the rules of the other node still delete.
    @Test
    void changesRulesBackThatAnotherNodeHasChanged() {
        var before = new RetentionRules(List.of(), Retention.ALL);
        var fewer = new RetentionRules(List.of(), Retention.events(5));
        placeOfOtherNode(new Command.ChangeRules(fewer));
        var losses = log.changeRules(before, true).toCompletableFuture();
        assertThat(read(proposed.getLast()).commands()).containsExactly(new Command.ChangeRules(before));
        place(proposed.getLast());
        place(proposed.getLast());
        assertThat(losses.join()).isEmpty();
        for (int i = 0; i < 50; i++) {
            publish("x");
            place(proposed.getLast());
        }
        log.maintain();
        assertThat(log.status().entries()).isEqualTo(50);
    }

    /// The other node may have ended before all channels followed its rules.
    @Test
    void followsRulesThatAnotherNodeHasChangedBeforeItReportsThemInForce() {
        var fewer = new RetentionRules(List.of(), Retention.events(5));
        placeOfOtherNode(new Command.ChangeRules(fewer));
        var losses = log.changeRules(fewer, false).toCompletableFuture();
        assertThat(read(proposed.getLast()).commands()).singleElement().isInstanceOf(Command.FollowRules.class);
        place(proposed.getLast());
        assertThat(losses.join()).isEmpty();
        assertThat(log.changeRules(fewer, false)).isCompleted();
        assertThat(proposed).hasSize(1);
    }

    private void placeOfOtherNode(Command<?> command) {
        place(ProposalRecord.write(new Proposal(2, 1, 1, List.of(command)), 64));
    }

    @Test
    void withdrawsWaitingCommandsInTimeAndKeepsProposedOnes() {
        List<CompletableFuture<AppendResult>> publishes = new ArrayList<>();
        for (int i = 0; i < 6; i++) publishes.add(publish(Integer.toString(i)));
        clock.advance(Duration.ofSeconds(10));
        log.maintain();
        for (CompletableFuture<AppendResult> each : publishes.subList(0, 4)) {
            assertThat(each.exceptionNow()).isInstanceOf(UnknownOutcomeException.class);
        }
        for (CompletableFuture<AppendResult> each : publishes.subList(4, 6)) {
            assertThat(each.exceptionNow()).isInstanceOf(NotPublishedException.class);
        }
        List.copyOf(proposed).subList(0, 4).forEach(this::place);
        assertThat(log.head().position()).as("only those that were proposed").isEqualTo(4);
        CompletableFuture<AppendResult> later = publish("later");
        place(proposed.getLast());
        assertThat(later.join())
                .isEqualTo(
                        new AppendResult.Placed(log.head().epoch(), log.head().position()));
    }

    @Test
    void refusesRequestsAtOnceWhileTheOrderIsOutOfReach() {
        isOutOfReach = true;
        var channel = new ChannelName("a");
        assertThat(List.of(publish("x"), log.delete(channel), log.forgetKey(channel, "k")))
                .allSatisfy(each -> assertThat(each.toCompletableFuture().exceptionNow())
                        .isInstanceOf(NotPublishedException.class)
                        .hasMessageContaining("no majority"));
        assertThat(proposed).isEmpty();
        isOutOfReach = false;
        assertThat(publish("x")).isNotCompleted();
        assertThat(proposed).hasSize(1);
    }

    @Test
    void answersWhatWaitsOnceTheOrderIsOutOfReach() {
        List<CompletableFuture<AppendResult>> publishes = new ArrayList<>();
        for (int i = 0; i < 6; i++) publishes.add(publish(Integer.toString(i)));
        isOutOfReach = true;
        log.maintain();
        for (CompletableFuture<AppendResult> each : publishes.subList(0, 4)) {
            assertThat(each.exceptionNow()).as("may have a place").isInstanceOf(UnknownOutcomeException.class);
        }
        for (CompletableFuture<AppendResult> each : publishes.subList(4, 6)) {
            assertThat(each.exceptionNow()).isInstanceOf(NotPublishedException.class);
        }
    }

    /// What a new leader has to do must not get lost because the node had no leader before.
    @Test
    void keepsItsOwnCommandsWhileTheOrderIsOutOfReach() {
        leads = true;
        isOutOfReach = true;
        log.maintain();
        clock.advance(Duration.ofSeconds(1));
        log.maintain();
        assertThat(proposed)
                .as("the first, its repetition, and the second")
                .hasSize(3)
                .allSatisfy(
                        each -> assertThat(read(each).commands()).hasExactlyElementsOfTypes(Command.Maintain.class));
    }

    /// Another node took the repeat of a publish that this one still had under way, and the channel was deleted then.
    @Test
    void aLateProposalRestoresNothingDeleted() {
        ChannelName channel = new ChannelName("a");
        Draft draft = Draft.event(channel, "message", Contents.text("x"));
        Conditions once = new Conditions(new Conditions.Idempotency("", "k", "print"), new Conditions.Newest.Any());
        Publication publication = new Publication(draft, once);
        var late = log.append(publication).toCompletableFuture();
        Proposal repeated = new Proposal(2, 1, 1, List.of(new Command.Append(publication)));
        Proposal deletion = new Proposal(2, 1, 2, List.of(new Command.Delete(channel)));
        for (Proposal each : List.of(repeated, deletion)) place(ProposalRecord.write(each, 64));
        place(proposed.getFirst());
        assertThat(late.join())
                .isEqualTo(new AppendResult.Same(new Cursor(log.head().epoch(), 1)));
        assertThat(log.channel(channel).events()).isZero();
    }

    /// However long the node is cut off: nothing that its callers have given up takes effect afterwards.
    @Test
    void repeatsNothingWhoseCallerHasAnError() {
        CompletableFuture<AppendResult> givenUp = publish("given up");
        clock.advance(Duration.ofSeconds(5));
        CompletableFuture<AppendResult> inTime = publish("in time");
        var deletion = log.delete(new ChannelName("a")).toCompletableFuture();
        proposed.clear(); // They get lost.
        clock.advance(Duration.ofSeconds(5));
        log.maintain();
        assertThat(givenUp.exceptionNow()).isInstanceOf(UnknownOutcomeException.class);
        List.copyOf(proposed).forEach(this::place);
        assertThat(inTime.join()).isEqualTo(new AppendResult.Placed(log.head().epoch(), 1));
        assertThat(deletion.join()).isTrue();
        publish("next");
        place(proposed.getLast());
        assertThat(log.channel(new ChannelName("a")).events()).isEqualTo(1);
    }

    @Test
    void appliesTheFirstCopyOfAProposalWithOrWithoutWithdrawnCommands() {
        publish("given up");
        clock.advance(Duration.ofSeconds(10));
        log.maintain();
        byte[] whole = proposed.getFirst();
        byte[] rest = proposed.getLast();
        assertThat(read(rest).commands()).containsExactly(Command.NOTHING);
        place(whole);
        place(rest);
        assertThat(log.head().position()).isEqualTo(1);
    }

    @Test
    void acceptsAtMost64MiB() {
        String mebibyte = "x".repeat(1 << 20);
        CompletableFuture<AppendResult> last = publish(mebibyte);
        for (int i = 0; i < 63; i++) last = publish(mebibyte);
        assertThat(last.exceptionNow())
                .isInstanceOf(NotPublishedException.class)
                .hasMessageContaining("Too many publishes");
        place(proposed.getFirst());
        assertThat(publish("x")).as("there is room again").isNotCompleted();
    }

    @Test
    void endsWhenALaterProcessOfItsNodeProposes() {
        CompletableFuture<AppendResult> publish = publish("x");
        Proposal ofLater = new Proposal(1, 2, 1, List.of(new Command.Maintain(1)));
        place(ProposalRecord.write(ofLater, 32));
        place(proposed.getFirst());
        assertThat(publish.exceptionNow()).isInstanceOf(UnknownOutcomeException.class);
        assertThat(publish("y").exceptionNow())
                .isInstanceOf(NotPublishedException.class)
                .hasMessageContaining("has stopped");
        assertThat(log.head().position()).isZero();
    }

    @Test
    void aNewLeaderContinuesARuleChangeOfANodeThatIsDown() {
        ChannelName channel = new ChannelName("a");
        for (int i = 0; i < 10; i++) {
            publish("event " + i);
            place(proposed.removeFirst());
        }
        var ofTwo = new Command.ChangeRules(new RetentionRules(List.of(), Retention.events(2)));
        place(ProposalRecord.write(new Proposal(9, 1, 1, List.of(ofTwo)), 64));
        assertThat(log.channel(channel).events()).isEqualTo(10);

        leads = true;
        log.leaderChanged();
        while (!proposed.isEmpty()) place(proposed.removeFirst());

        assertThat(log.channel(channel).events()).isEqualTo(2);
    }
}
