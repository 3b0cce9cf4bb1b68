package dev.sluice.storage.record;

import dev.sluice.core.event.Event;
import dev.sluice.core.record.RecordOutput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The layout of the records. Sizes in bytes; numbers in keys are big-endian, so that they sort.
///
/// ```
/// family     key                              value
/// events     channel 8 | position 8           the entry, see EntryRecord
/// order      last position 8                  channel 8 | flags 1 | time 8 | count, if more than one: entries in the
///                                             order of all channels, see Extent
/// channels   channel 8                        name, counts, edges and mark, see ChannelRecord
/// newest     channel 8 | type | 0 | key       position 8 of the newest event of that type and key
/// once       position 8                       an idempotency key, see IdempotencyRecord
/// default    "hub", "epochs", "open"          see HubRecord, EpochHistory
///            "rules"                          the retention rules in force, see RulesRecord
///            "limits"                         of a replica: the limits of all nodes, see LimitsRecord
///            "replica"                        of a replica: its progress in the order, see ReplicaRecord
///            "hold" | channel | 0 | client    of a replica: the nodes that hold a member, see HoldRecord
///            "lease" | node 8                 of a replica: the lease under which a node holds members
///            "clear" | channel 8              a deleted channel whose entries are still to be removed; its name
///                                             may be in use again under another number
/// ```
public final class Layout {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    public static final byte[] HUB = ascii("hub");
    public static final byte[] EPOCHS = ascii("epochs");
    public static final byte[] OPEN = ascii("open");
    public static final byte[] RULES = ascii("rules");
    public static final byte[] LIMITS = ascii("limits");
    public static final byte[] REPLICA = ascii("replica");
    public static final byte[] HOLD = ascii("hold");
    public static final byte[] LEASE = ascii("lease");
    public static final byte[] CLEAR = ascii("clear");

    private Layout() {}

    static void fixed(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    public static long fixed(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    public static byte[] key(long number) {
        byte[] key = new byte[8];
        fixed(key, 0, number);
        return key;
    }

    public static byte[] key(long channel, long position) {
        byte[] key = new byte[16];
        fixed(key, 0, channel);
        fixed(key, 8, position);
        return key;
    }

    /// The key of an event's record in `newest`. A type has no control characters, so the 0 ends it.
    public static byte[] newest(long channel, Event event) {
        String key = event.key();
        byte[] suffix = (event.type() + '\0' + key).getBytes(StandardCharsets.UTF_8);
        return new RecordOutput(8 + suffix.length).fixed(channel).rest(suffix).bytes();
    }

    public static byte[] clear(long channel) {
        return new RecordOutput(16).rest(CLEAR).fixed(channel).bytes();
    }

    public static boolean isClear(byte[] key) {
        return key.length == CLEAR.length + 8 && Arrays.mismatch(key, CLEAR) == CLEAR.length;
    }

    /// Returns true if a record of `default` is that of a replica.
    public static boolean isOfReplica(byte[] key) {
        return Arrays.equals(key, REPLICA) || Arrays.equals(key, LIMITS) || begins(key, HOLD) || begins(key, LEASE);
    }

    private static boolean begins(byte[] key, byte[] prefix) {
        return key.length > prefix.length && Arrays.mismatch(key, prefix) == prefix.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
