package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.model.RandomLog;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.sequencer.Sequencer.ForgetProgress;
import dev.sluice.core.sequencer.Sequencer.RulesProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ProposalRecordTest {
    private static final ChannelName CHANNEL = new ChannelName("a/b");

    @Test
    void readsEveryCommandAsWritten() {
        RandomLog draw = new RandomLog(new Random(7));
        List<Command<?>> commands = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            commands.add(new Command.Append(publication(draw)));
            if (draw.oneIn(5)) {
                commands.add(new Command.AppendAll(List.of(publication(draw), publication(draw))));
            }
        }
        commands.add(new Command.Append(new Publication(
                new Draft(
                        CHANNEL,
                        "tick",
                        EventFields.ofKey("k").with("from", "bob").in(new TraceParent(-1, 2, Long.MIN_VALUE, (byte)
                                -1)),
                        new Content(ContentKind.BINARY, "image/png", new byte[] {0, -1, 127}),
                        true,
                        true),
                Conditions.NONE)));
        commands.add(new Command.Delete(CHANNEL));
        commands.add(new Command.Forget(CHANNEL, new Cursor(new Epoch("abc123"), 7)));
        commands.add(new Command.ForgetKey(CHANNEL, "k"));
        commands.add(new Command.ForgetKeyFurther(CHANNEL, "k", new ForgetProgress(5, Long.MAX_VALUE, 3)));
        commands.add(new Command.Maintain(4_096));
        commands.add(new Command.ChangeRules(SimulatedCluster.rules(draw)));
        commands.add(new Command.FollowRules(new RulesProgress(null, false)));
        commands.add(new Command.FollowRules(new RulesProgress(CHANNEL, false)));
        commands.add(new MemberLeaseCommand.BeginLease(-9, 10_000, 200_000));
        commands.add(new MemberLeaseCommand.ChangeHolds(
                -9, 3, CHANNEL, List.of(new MemberLeases.Change("alice", true), new MemberLeases.Change("张", false))));
        commands.add(new MemberLeaseCommand.EndLease(Long.MIN_VALUE, 1L << 40));
        commands.add(new MemberLeaseCommand.ReleaseEnded(1, 2, 1_000));
        Proposal proposal = new Proposal(-5, 3, 9, commands);
        assertThat(texts(ProposalRecord.read(ProposalRecord.write(proposal, 16))))
                .isEqualTo(texts(proposal));
    }

    private static Publication publication(RandomLog draw) {
        return draw.publication(draw.channel(), new Cursor(new Epoch("e"), 4), true);
    }

    /// Records with arrays compare by identity; their texts have the bytes here.
    private static List<String> texts(Proposal proposal) {
        List<String> texts =
                new ArrayList<>(List.of(proposal.node() + " " + proposal.incarnation() + " " + proposal.number()));
        for (Command<?> each : proposal.commands()) {
            switch (each) {
                case Command.Append append -> texts.add(text(append.publication()));
                case Command.AppendAll all ->
                    texts.add(all.publications().stream()
                            .map(ProposalRecordTest::text)
                            .toList()
                            .toString());
                default -> texts.add(each.toString());
            }
        }
        return texts;
    }

    private static String text(Publication publication) {
        Draft draft = publication.draft();
        Content content = draft.content();
        String data = content == null ? "none" : content.kind() + content.type() + Arrays.toString(content.bytes());
        return List.of(
                        draft.channel(),
                        draft.type(),
                        String.valueOf(draft.key()),
                        String.valueOf(draft.from()),
                        data,
                        draft.keyEnds(),
                        draft.ends(),
                        String.valueOf(draft.traceParent()),
                        publication.conditions())
                .toString();
    }

    @Test
    void refusesARecordOfALaterFormatAndOneThatIsNotWhole() {
        byte[] record = ProposalRecord.write(new Proposal(1, 1, 1, List.of(new Command.ForgetKey(CHANNEL, "key"))), 16);
        byte[] later = record.clone();
        later[0]++;
        assertThatThrownBy(() -> ProposalRecord.read(later)).isInstanceOf(RecordInput.BrokenRecordException.class);
        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            if (length == 11) continue; // A proposal without commands.
            assertThatThrownBy(() -> ProposalRecord.read(cut))
                    .as("%d of %d bytes", length, record.length)
                    .isInstanceOfAny(RecordInput.BrokenRecordException.class, IllegalArgumentException.class);
        }
    }
}
