package dev.sluice.storage.record;

import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;

/// A record of the family `order`: entries of one channel that follow one another and were written together.
/// In this way, most publishes of a busy hub share a record, which is written, moved by compactions and
/// removed once for all of them.
///
/// Its key is the last position, so that the entries before an entry can be dropped by a shorter record with the same
/// key. The count is left out if it is one.
///
/// @param first   the position of the first entry
/// @param last    the position of the last entry
/// @param channel the channel's number
/// @param isEnd   whether the only entry is the end of the channel; if false, all are events
/// @param timeMs  the time of each entry, in milliseconds since 1970
public record Extent(long first, long last, long channel, boolean isEnd, long timeMs) {
    /// A record with more is corrupt.
    public static final int COUNT_MAX = 4_096;

    private static final int END = 1;

    /// @throws RecordInput.BrokenRecordException if the record is corrupt
    public static Extent read(byte[] key, byte[] value) {
        if (key.length != Long.BYTES) throw new RecordInput.BrokenRecordException();
        long last = Layout.fixed(key, 0);
        RecordInput in = new RecordInput(value);
        long channel = in.fixed();
        boolean isEnd = in.octet() == END;
        long timeMs = in.fixed();
        long count = in.hasMore() ? in.number() : 1;
        boolean isPosition = 0 < last && last < Long.MAX_VALUE;
        if (!isPosition || in.hasMore() || count < 1 || count > Math.min(last, COUNT_MAX))
            throw new RecordInput.BrokenRecordException();
        return new Extent(last - count + 1, last, channel, isEnd, timeMs);
    }

    /// Writes the value of the record whose key is the last position.
    public static RecordOutput write(long channel, boolean isEnd, long timeMs, long count, RecordOutput out) {
        out.fixed(channel).octet(isEnd ? END : 0).fixed(timeMs);
        return count == 1 ? out : out.number(count);
    }

    /// The part of this extent from one position to another.
    public Extent part(long from, long to) {
        return new Extent(from, to, channel, isEnd, timeMs);
    }

    public byte[] key() {
        return Layout.key(last);
    }

    public byte[] value() {
        return write(channel, isEnd, timeMs, count(), new RecordOutput(20)).bytes();
    }

    public long count() {
        return last - first + 1;
    }

    public boolean has(long position) {
        return first <= position && position <= last;
    }
}
