package dev.sluice.storage;

import dev.sluice.core.store.Mark;

/// How far the log has come. Written anew with each write, in the same batch.
///
/// @param last           the last position that was given to anything
/// @param head           the committed head
/// @param timeMs         when that was: the log's time never goes back, not over restarts either
/// @param channels       how many numbers were given to channels
/// @param folded         what channels without a record may have lost
/// @param foldedDeletion up to where such channels may have been deleted
record HubRecord(long last, long head, long timeMs, long channels, Mark folded, long foldedDeletion) {
    static final HubRecord EMPTY = new HubRecord(0, 0, 0, 0, Mark.NOTHING, 0);

    /// Of a log as it is now.
    static HubRecord of(Engine engine) {
        byte[] record = engine.get(engine.control, Layout.HUB);
        return record == null ? EMPTY : read(record);
    }

    byte[] write() {
        Out out = new Out(64).number(last).number(head).number(timeMs).number(channels);
        out.number(folded.position()).number(folded.at()).octet(folded.deletion() ? 1 : 0);
        return out.number(foldedDeletion).bytes();
    }

    static HubRecord read(byte[] record) {
        In in = new In(record);
        return new HubRecord(
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                new Mark(in.number(), in.number(), in.octet() == 1),
                in.number());
    }
}
