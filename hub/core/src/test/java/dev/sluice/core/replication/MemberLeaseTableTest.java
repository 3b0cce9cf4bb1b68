package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.sequencer.Sequencer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Decisions about commands that come late.
final class MemberLeaseTableTest {
    private static final ChannelName CHAT = new ChannelName("chat");
    private static final MemberKey ALICE = new MemberKey(CHAT, "alice");

    private final LogLimits limits = LogLimits.builder().build();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
    private final Sequencer sequencer =
            new Sequencer(index, limits, Sequencer.ofAllChannels(new RetentionRules(List.of(), Retention.ALL)));
    private final MemberLeaseTable table = new MemberLeaseTable(MemberLeaseStore.NONE);

    private <T> T decide(Command<T> command) {
        T outcome = command.decide(sequencer, table, 1_000);
        sequencer.apply();
        return outcome;
    }

    private long begin(long node) {
        return decide(new MemberLeaseCommand.BeginLease(node, 10_000, 100));
    }

    private MemberLeases.Outcome change(long node, long lease, boolean isHeld) {
        return decide(new MemberLeaseCommand.ChangeHolds(
                node, lease, CHAT, List.of(new MemberLeases.Change("alice", isHeld))));
    }

    private boolean end(long node, long lease) {
        return decide(new MemberLeaseCommand.EndLease(node, lease));
    }

    private boolean release(long node, long lease) {
        return decide(new MemberLeaseCommand.ReleaseEnded(node, lease, 10));
    }

    @Test
    void refusesAHoldUnderALeaseThatHasEnded() {
        long lease = begin(1);
        assertThat(end(1, lease)).isTrue();
        assertThat(change(1, lease, true)).isInstanceOf(MemberLeases.Outcome.Fenced.class);
        begin(1);
        assertThat(change(1, lease, true)).isInstanceOf(MemberLeases.Outcome.Fenced.class);
        assertThat(table.members()).isZero();
        assertThat(index.last()).isZero();
    }

    @Test
    void releasesOnlyTheHoldsOfTheNodeThatIsGone() {
        begin(1);
        begin(2);
        change(1, 1, true);
        change(2, 1, true);
        end(1, 1);
        assertThat(release(1, 1)).as("has more").isFalse();
        assertThat(table.heldBy(1)).isEmpty();
        assertThat(table.heldBy(2)).containsExactly(ALICE);
        assertThat(index.last()).as("one event").isEqualTo(1);
    }

    @Test
    void aNodeThatBeganAnotherLeaseKeepsItsMembersHoweverLateItsEndIsProposed() {
        begin(1);
        change(1, 1, true);
        end(1, 1);
        begin(1);
        assertThat(release(1, 1)).isFalse();
        assertThat(end(1, 1)).isFalse();
        assertThat(table.lease(1).isInForce()).isTrue();
        assertThat(table.heldBy(1)).containsExactly(ALICE);
        assertThat(change(1, 2, true)).isInstanceOf(MemberLeases.Outcome.Placed.class);
        assertThat(index.last()).as("nothing new is visible").isEqualTo(1);
    }

    @Test
    void decidesReleasesBesideHoldsBeyondTheMaximum() {
        decide(new MemberLeaseCommand.BeginLease(1, 10_000, 1));
        change(1, 1, true);
        MemberLeases.Change leaves = new MemberLeases.Change("alice", false);
        List<MemberLeases.Change> both =
                List.of(new MemberLeases.Change("bob", true), new MemberLeases.Change("carol", true), leaves);
        MemberLeases.Outcome outcome = decide(new MemberLeaseCommand.ChangeHolds(1, 1, CHAT, both));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        MemberLeases.Outcome.Placed.class,
                        placed -> assertThat(placed.leftOut()).containsExactly("carol"));
        assertThat(table.heldBy(1)).containsExactly(new MemberKey(CHAT, "bob"));
    }
}
