package dev.sluice.storage.record;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import dev.sluice.core.replication.HeldMember;
import dev.sluice.core.replication.Lease;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The records of members that nodes hold, and of the nodes' leases:
///
/// ```
/// "hold" | channel | 0 | client     position, time, then the id 8 of each node
/// "lease" | node 8                  number, linger, most members, 1 if it is in force
/// ```
public final class MemberLeaseRecord {
    private MemberLeaseRecord() {}

    /// The key of a member. Names have no control characters, so the 0 ends that of the channel.
    public static byte[] key(MemberKey member) {
        byte[] names = (member.channel() + "\0" + member.client()).getBytes(StandardCharsets.UTF_8);
        return new RecordOutput(Layout.HOLD.length + names.length)
                .rest(Layout.HOLD)
                .rest(names)
                .bytes();
    }

    public static byte[] write(HeldMember member) {
        RecordOutput out = new RecordOutput(24 + 8 * member.nodes().size())
                .number(member.position())
                .number(member.timeMs());
        for (long node : member.nodes()) out.fixed(node);
        return out.bytes();
    }

    public static HeldMember read(byte[] key, byte[] record) {
        String names = new String(key, Layout.HOLD.length, key.length - Layout.HOLD.length, StandardCharsets.UTF_8);
        int end = names.indexOf('\0');
        if (end < 0) throw new RecordInput.BrokenRecordException();
        MemberKey member = new MemberKey(new ChannelName(names.substring(0, end)), names.substring(end + 1));
        RecordInput in = new RecordInput(record);
        long position = in.number();
        long timeMs = in.number();
        List<Long> nodes = new ArrayList<>();
        while (in.hasMore()) nodes.add(in.fixed());
        return new HeldMember(member, position, timeMs, nodes);
    }

    public static byte[] leaseKey(long node) {
        return new RecordOutput(Layout.LEASE.length + 8)
                .rest(Layout.LEASE)
                .fixed(node)
                .bytes();
    }

    public static long node(byte[] leaseKey) {
        return new RecordInput(Arrays.copyOfRange(leaseKey, Layout.LEASE.length, leaseKey.length)).fixed();
    }

    public static byte[] write(Lease lease) {
        return new RecordOutput(24)
                .number(lease.number())
                .number(lease.lingerMs())
                .number(lease.membersMax())
                .octet(lease.isInForce() ? 1 : 0)
                .bytes();
    }

    public static Lease read(byte[] record) {
        RecordInput in = new RecordInput(record);
        return new Lease(in.number(), in.number(), (int) in.number(), in.octet() == 1);
    }
}
