package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.RulesRecord;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import dev.sluice.core.sequencer.Sequencer.ForgetProgress;
import dev.sluice.core.sequencer.Sequencer.RulesProgress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A proposal as bytes:
///
/// ```
/// format 1 | node 8 | incarnation | number | commands, to the end: kind 1, and its fields
/// ```
final class ProposalRecord {
    private static final int FORMAT = 1;

    private static final int APPEND = 1;
    private static final int APPEND_ALL = 2;
    private static final int DELETE = 3;
    private static final int FORGET = 4;
    private static final int FORGET_KEY = 5;
    private static final int FORGET_KEY_FURTHER = 6;
    private static final int MAINTAIN = 7;
    private static final int CHANGE_RULES = 8;
    private static final int FOLLOW_RULES = 9;
    private static final int BEGIN_LEASE = 10;
    private static final int CHANGE_HOLDS = 11;
    private static final int END_LEASE = 12;
    private static final int RELEASE_ENDED = 13;

    /// The most bytes before the commands.
    static final int HEADER_BYTES_MAX = 1 + 8 + 10 + 10;

    private ProposalRecord() {}

    static byte[] write(Proposal proposal, int capacity) {
        RecordOutput out = new RecordOutput(capacity)
                .octet(FORMAT)
                .fixed(proposal.node())
                .number(proposal.incarnation())
                .number(proposal.number());
        for (Command<?> each : proposal.commands()) write(out, each);
        return out.bytes();
    }

    /// The most bytes that a command takes. Needs no memory for all of a batch.
    static long bytes(Command<?> command) {
        RecordOutput out = new RecordOutput(1_024);
        if (!(command instanceof Command.AppendAll(List<Publication> publications))) {
            write(out, command);
            return out.length();
        }
        long bytes = 1 + 10;
        for (Publication each : publications) {
            PublicationRecord.write(out.clear(), each);
            bytes += out.length();
        }
        return bytes;
    }

    private static void write(RecordOutput out, Command<?> command) {
        switch (command) {
            case Command.Append(Publication publication) -> PublicationRecord.write(out.octet(APPEND), publication);
            case Command.AppendAll(List<Publication> publications) -> {
                out.octet(APPEND_ALL).number(publications.size());
                for (Publication each : publications) PublicationRecord.write(out, each);
            }
            case Command.Delete(ChannelName channel) -> out.octet(DELETE).text(channel.value());
            case Command.Forget(ChannelName channel, Cursor id) ->
                out.octet(FORGET).text(channel.value()).text(id.text());
            case Command.ForgetKey(ChannelName channel, String key) ->
                out.octet(FORGET_KEY).text(channel.value()).text(key);
            case Command.ForgetKeyFurther(ChannelName channel, String key, ForgetProgress progress) ->
                out.octet(FORGET_KEY_FURTHER)
                        .text(channel.value())
                        .text(key)
                        .number(progress.after())
                        .number(progress.upTo())
                        .number(progress.count());
            case Command.Maintain(int max) -> out.octet(MAINTAIN).number(max);
            case Command.ChangeRules(var rules) -> {
                byte[] record = RulesRecord.write(rules);
                out.octet(CHANGE_RULES).number(record.length).rest(record);
            }
            case Command.FollowRules(RulesProgress progress) -> {
                ChannelName after = progress.after();
                out.octet(FOLLOW_RULES).octet(after == null ? 0 : 1);
                if (after != null) out.text(after.value());
            }
            case MemberLeaseCommand.BeginLease(long node, long lingerMs, int membersMax) ->
                out.octet(BEGIN_LEASE).fixed(node).number(lingerMs).number(membersMax);
            case MemberLeaseCommand.ChangeHolds(long node, long lease, ChannelName channel, var changes) -> {
                out.octet(CHANGE_HOLDS).fixed(node).number(lease).text(channel.value());
                out.number(changes.size());
                for (MemberLeases.Change each : changes)
                    out.octet(each.isHeld() ? 1 : 0).text(each.client());
            }
            case MemberLeaseCommand.EndLease(long node, long lease) ->
                out.octet(END_LEASE).fixed(node).number(lease);
            case MemberLeaseCommand.ReleaseEnded(long node, long lease, int max) ->
                out.octet(RELEASE_ENDED).fixed(node).number(lease).number(max);
        }
    }

    /// @throws RecordInput.BrokenRecordException if it has another format or is incomplete
    /// @throws IllegalArgumentException if a name or a rule in it is not valid
    static Proposal read(byte[] record) {
        RecordInput in = new RecordInput(record);
        if (in.octet() != FORMAT) throw new RecordInput.BrokenRecordException();
        long node = in.fixed();
        long incarnation = in.number();
        long number = in.number();
        List<Command<?>> commands = new ArrayList<>();
        while (in.hasMore()) commands.add(command(in));
        return new Proposal(node, incarnation, number, commands);
    }

    private static Command<?> command(RecordInput in) {
        return switch (in.octet()) {
            case APPEND -> new Command.Append(PublicationRecord.read(in));
            case APPEND_ALL -> {
                List<Publication> publications = new ArrayList<>();
                for (long count = in.number(); count > 0; count--) publications.add(PublicationRecord.read(in));
                yield new Command.AppendAll(publications);
            }
            case DELETE -> new Command.Delete(channel(in));
            case FORGET -> new Command.Forget(channel(in), cursor(in));
            case FORGET_KEY -> new Command.ForgetKey(channel(in), in.text());
            case FORGET_KEY_FURTHER ->
                new Command.ForgetKeyFurther(
                        channel(in), in.text(), new ForgetProgress(in.number(), in.number(), (int) in.number()));
            case MAINTAIN -> new Command.Maintain((int) in.number());
            case CHANGE_RULES -> new Command.ChangeRules(RulesRecord.read(in.bytes()));
            case FOLLOW_RULES -> {
                @Nullable ChannelName after = in.octet() == 0 ? null : channel(in);
                yield new Command.FollowRules(new RulesProgress(after, false));
            }
            case BEGIN_LEASE -> new MemberLeaseCommand.BeginLease(in.fixed(), in.number(), (int) in.number());
            case CHANGE_HOLDS -> {
                long node = in.fixed();
                long lease = in.number();
                ChannelName channel = channel(in);
                List<MemberLeases.Change> changes = new ArrayList<>();
                for (long count = in.number(); count > 0; count--) {
                    boolean isHeld = in.octet() == 1;
                    changes.add(new MemberLeases.Change(in.text(), isHeld));
                }
                yield new MemberLeaseCommand.ChangeHolds(node, lease, channel, changes);
            }
            case END_LEASE -> new MemberLeaseCommand.EndLease(in.fixed(), in.number());
            case RELEASE_ENDED -> new MemberLeaseCommand.ReleaseEnded(in.fixed(), in.number(), (int) in.number());
            default -> throw new RecordInput.BrokenRecordException();
        };
    }

    private static ChannelName channel(RecordInput in) {
        return new ChannelName(in.text());
    }

    private static Cursor cursor(RecordInput in) {
        return Cursor.parse(in.text()).orElseThrow(RecordInput.BrokenRecordException::new);
    }
}
