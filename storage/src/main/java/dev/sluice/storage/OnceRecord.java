package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.store.Keys;

/// An idempotency key and what it was used for, in the order of success.
final class OnceRecord {
    private OnceRecord() {}

    static byte[] write(Keys.Key key, Keys.Success success) {
        Out out = new Out(96).number(success.timeMs()).text(key.publisher());
        return out.text(key.channel().value())
                .text(key.key())
                .text(success.fingerprint())
                .bytes();
    }

    /// Has it remembered, unless it no longer counts.
    static void restore(Cursor id, byte[] record, Keys keys, long nowMs) {
        Use use = read(id, record);
        if (!keys.isOver(use.success, nowMs)) keys.remember(use.key, use.success);
    }

    /// A key and what it was used for.
    record Use(Keys.Key key, Keys.Success success) {}

    static Use read(Cursor id, byte[] record) {
        In in = new In(record);
        long timeMs = in.number();
        Keys.Key key = new Keys.Key(in.text(), new ChannelName(in.text()), in.text());
        return new Use(key, new Keys.Success(in.text(), id, timeMs));
    }
}
