package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.model.RandomLog;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.sequencer.Sequencer.ForgetProgress;
import dev.sluice.core.sequencer.Sequencer.RulesProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What an order hands over that no node has made.
final class MalformedProposalTest {
    private static final ChannelName CHANNEL = new ChannelName("a");
    private static final byte[] NONSENSE = {(byte) 0xde, (byte) 0xad, (byte) 0xbe, (byte) 0xef};

    private final List<ReplicatedLog> nodes = List.of(node(1), node(2));
    private long index;

    private static ReplicatedLog node(long id) {
        return MemoryNode.log(
                new ReplicatedLog.Identity(id, 1), MemoryNode.NOWHERE, () -> Instant.EPOCH, Duration.ofMinutes(1));
    }

    private void place(byte[] record) {
        index++;
        for (ReplicatedLog each : nodes) each.placed(new Order.Position(index, 1), 1_000 + index, record);
    }

    private void expectEqual() {
        assertThat(nodes).extracting(ReplicatedLog::failure).containsOnlyNulls();
        assertThat(nodes.getFirst().digestAt(index))
                .isNotNull()
                .isEqualTo(nodes.getLast().digestAt(index));
    }

    /// @param process draws another one for each proposal, as each numbers its own
    private static byte[] record(int process, Command<?> command) {
        return ProposalRecord.write(new Proposal(9, process, 1, List.of(command)), 64);
    }

    @Test
    void isLeftOutByAllNodesAlike() {
        RandomLog draw = new RandomLog(new Random(7));
        place(record(1, new Command.Append(draw.publication(CHANNEL, new Cursor(new Epoch("e"), 1), false))));
        Cursor before = nodes.getFirst().head();
        for (byte[] each : List.of(NONSENSE, new byte[0], new byte[100])) {
            assertThat(ReplicatedLog.problemOf(each)).isEqualTo("a record is corrupt");
            place(each);
            expectEqual();
            assertThat(nodes).allSatisfy(node -> {
                assertThat(node.unreadable()).isEqualTo(new ReplicatedLog.Unreadable(index, "a record is corrupt"));
                assertThat(node.head()).isEqualTo(before);
            });
        }
        byte[] next = record(2, new Command.Delete(CHANNEL));
        assertThat(ReplicatedLog.problemOf(next)).isNull();
        place(next);
        expectEqual();
    }

    /// Bytes that happen to be a proposal may change the log, and never end it.
    @Test
    void endsNoNodeWhateverItsBytes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RandomLog draw = new RandomLog(random);
        for (int i = 1; i <= 5_000; i++) {
            byte[] record = record(i, command(draw));
            int header = record(i, new Command.Maintain(1)).length - 2;
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                record[header + random.nextInt(record.length - header)] = (byte) random.nextInt();
            }
            try {
                place(record);
            } catch (RuntimeException | Error ended) {
                throw new AssertionError("seed " + seed + " " + HexFormat.of().formatHex(record), ended);
            }
        }
        expectEqual();
        assertThat(nodes.getFirst().head().position()).isGreaterThan(100);
    }

    private static Command<?> command(RandomLog draw) {
        ChannelName channel = draw.channel();
        var at = new Cursor(new Epoch("e"), draw.upTo(100));
        return switch (draw.upTo(12)) {
            case 0 -> new Command.Delete(channel);
            case 1 -> new Command.Forget(channel, at);
            case 2 -> new Command.ForgetKey(channel, "k");
            case 3 -> new Command.ForgetKeyFurther(channel, "k", new ForgetProgress(draw.upTo(50), 100, 3));
            case 4 -> new Command.Maintain(100);
            case 5 -> new Command.ChangeRules(SimulatedCluster.rules(draw));
            case 6 -> new Command.FollowRules(new RulesProgress(channel, false));
            case 7 -> new MemberLeaseCommand.BeginLease(draw.upTo(3), 10, 100);
            case 8 ->
                new MemberLeaseCommand.ChangeHolds(
                        draw.upTo(3), draw.upTo(3), channel, List.of(new MemberLeases.Change("alice", draw.oneIn(2))));
            case 9 -> new MemberLeaseCommand.EndLease(draw.upTo(3), draw.upTo(3));
            case 10 -> new MemberLeaseCommand.ReleaseEnded(draw.upTo(3), draw.upTo(3), 10);
            case 11 ->
                new Command.AppendAll(
                        List.of(draw.publication(channel, at, true), draw.publication(channel, at, false)));
            default -> new Command.Append(draw.publication(channel, at, true));
        };
    }
}
