package dev.sluice.storage;

import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.store.Epochs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The log's epochs as they stand in `default`, and how a start adds to them. `docs/protocol.md` §1.
final class Lives {
    /// So many are remembered although nothing of them is kept, as their ids may still be the cursors of readers. A
    /// life takes about 10 bytes here, and 100 in memory.
    static final int UNKEPT_MAX = 10_000;

    private Lives() {}

    static byte[] write(Epochs epochs) {
        Out out = new Out(64);
        for (Epochs.Life life : epochs.lives()) out.text(life.epoch().value()).number(life.from());
        return new Out(64).number(epochs.lives().size()).rest(out.bytes()).bytes();
    }

    /// @param record null: the log is new
    static Epochs read(byte @Nullable [] record) {
        return record == null ? Epochs.of(Epochs.draw()) : new Epochs(lives(record));
    }

    private static List<Epochs.Life> lives(byte[] record) {
        In in = new In(record);
        List<Epochs.Life> lives = new ArrayList<>();
        for (long left = in.number(); left > 0; left--) lives.add(new Epochs.Life(new Epoch(in.text()), in.number()));
        return lives;
    }

    /// What they are after a start, which always begins one: a folder that was copied and put back goes on where the
    /// copy was made, and the places that were given since then must not be given again under the same epoch.
    ///
    /// @param record    null: the log is new
    /// @param wasClosed cleanly; else places of the last life that were given may not be on record
    /// @param last      position that is known to have been given
    /// @param oldest    gives the position of the oldest entry that is kept, or one before it
    static Epochs next(byte @Nullable [] record, boolean wasClosed, long last, LongSupplier oldest) {
        if (record == null) return read(null);
        List<Epochs.Life> lives = lives(record);
        // A life that gave no place is in no cursor. The first one is: it gave the very beginning.
        if (wasClosed && lives.size() > 1 && lives.getLast().from() == last) lives.removeLast();
        lives.add(new Epochs.Life(Epochs.draw(), last));
        return new Epochs(lives.subList(forgotten(lives, oldest), lives.size()));
    }

    /// How many are forgotten: of those that are too many, the oldest of which nothing is kept.
    private static int forgotten(List<Epochs.Life> lives, LongSupplier oldest) {
        int max = lives.size() - UNKEPT_MAX;
        if (max <= 0) return 0;
        long needed = oldest.getAsLong() - 1; // The place before the oldest is that of a reader of all that is kept.
        int count = 0;
        while (count < max && lives.get(count + 1).from() < needed) count++;
        return count;
    }
}
