package dev.sluice.storage.record;

import dev.sluice.core.index.TrimMark;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import dev.sluice.storage.engine.Engine;

/// The progress of the log. Rewritten with each write, in the same batch.
///
/// @param last           the last position assigned to anything
/// @param head           the committed head
/// @param timeMs         the time of the head; the log's time never goes back, not even across restarts
/// @param channels       the last number assigned to a channel
/// @param folded         the position up to which channels without a record may have lost entries
/// @param foldedDeletion the position up to which such channels may have been deleted
public record HubRecord(long last, long head, long timeMs, long channels, TrimMark folded, long foldedDeletion) {
    public static final HubRecord EMPTY = new HubRecord(0, 0, 0, 0, TrimMark.NOTHING, 0);

    /// The current record of a log.
    public static HubRecord of(Engine engine) {
        byte[] record = engine.get(engine.control, Layout.HUB);
        return record == null ? EMPTY : read(record);
    }

    public RecordOutput write(RecordOutput out) {
        out.number(last).number(head).number(timeMs).number(channels);
        out.number(folded.position()).number(folded.at()).octet(folded.deletion() ? 1 : 0);
        return out.number(foldedDeletion);
    }

    public static HubRecord read(byte[] record) {
        RecordInput in = new RecordInput(record);
        return new HubRecord(
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                new TrimMark(in.number(), in.number(), in.octet() == 1),
                in.number());
    }
}
