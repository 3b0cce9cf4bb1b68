package dev.sluice.storage.record;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.index.KeyedPublish;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import dev.sluice.core.sequencer.IdempotencyKeys;

/// The record of an idempotency key and the publish it was used for; records are ordered by position.
public final class IdempotencyRecord {
    private IdempotencyRecord() {}

    public static byte[] write(KeyedPublish publish) {
        KeyedPublish.Key key = publish.key();
        KeyedPublish.Success success = publish.success();
        RecordOutput out = new RecordOutput(96).number(success.timeMs()).text(key.publisher());
        return out.text(key.channel().value())
                .text(key.key())
                .text(success.fingerprint())
                .bytes();
    }

    /// Restores a key, unless it has expired.
    public static void restore(Cursor id, byte[] record, IdempotencyKeys keys, long nowMs) {
        KeyedPublish publish = read(id, record);
        if (!keys.isExpired(publish.success(), nowMs)) keys.remember(publish.key(), publish.success());
    }

    public static KeyedPublish read(Cursor id, byte[] record) {
        RecordInput in = new RecordInput(record);
        long timeMs = in.number();
        KeyedPublish.Key key = new KeyedPublish.Key(in.text(), new ChannelName(in.text()), in.text());
        return new KeyedPublish(key, new KeyedPublish.Success(in.text(), id, timeMs));
    }
}
