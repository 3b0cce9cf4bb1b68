package dev.sluice.storage.record;

import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The log's epochs as recorded in the family `default`, and how a start extends them. See `docs/protocol.md` §1.
public final class EpochHistory {
    /// The most epochs without retained entries that are remembered, as readers may still have cursors of
    /// them. An epoch takes about 10 bytes here, and 100 in memory.
    static final int UNKEPT_MAX = 10_000;

    private EpochHistory() {}

    public static byte[] write(Epochs epochs) {
        RecordOutput out = new RecordOutput(64);
        for (Epochs.Life life : epochs.lives()) out.text(life.epoch().value()).number(life.from());
        return new RecordOutput(64)
                .number(epochs.lives().size())
                .rest(out.bytes())
                .bytes();
    }

    /// @param record null if the log is new
    public static Epochs read(byte @Nullable [] record) {
        return record == null ? Epochs.of(Epochs.draw()) : new Epochs(lives(record));
    }

    private static List<Epochs.Life> lives(byte[] record) {
        RecordInput in = new RecordInput(record);
        List<Epochs.Life> lives = new ArrayList<>();
        for (long remaining = in.number(); remaining > 0; remaining--)
            lives.add(new Epochs.Life(new Epoch(in.text()), in.number()));
        return lives;
    }

    /// Computes the epochs after a start, which always begins a new one: a restored copy of the folder continues where
    /// the copy was made, and positions assigned since then must not be assigned again under the same epoch.
    ///
    /// @param record    null if the log is new
    /// @param wasClosed whether the log was closed cleanly; otherwise assigned positions of the last epoch
    ///     may be missing on disk
    /// @param last      the last position known to be assigned
    /// @param oldest    supplies the position of the oldest retained entry, or one before it
    public static Epochs next(byte @Nullable [] record, boolean wasClosed, long last, LongSupplier oldest) {
        if (record == null) return read(null);
        List<Epochs.Life> lives = lives(record);
        // An epoch without positions is in no cursor. The first epoch is: the beginning of the log belongs to it.
        if (wasClosed && lives.size() > 1 && lives.getLast().from() == last) lives.removeLast();
        lives.add(new Epochs.Life(Epochs.draw(), last));
        return new Epochs(lives.subList(forgotten(lives, oldest), lives.size()));
    }

    /// @return the number of epochs to forget: the oldest ones beyond the limit, if none of their entries is retained
    private static int forgotten(List<Epochs.Life> lives, LongSupplier oldest) {
        int max = lives.size() - UNKEPT_MAX;
        if (max <= 0) return 0;
        long needed = oldest.getAsLong() - 1; // A reader of everything retained is just before the oldest entry.
        int count = 0;
        while (count < max && lives.get(count + 1).from() < needed) count++;
        return count;
    }
}
