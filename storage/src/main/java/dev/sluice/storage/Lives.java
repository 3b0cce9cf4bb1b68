package dev.sluice.storage;

import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.store.Epochs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The log's epochs as they stand in `default`, and how a start adds to them. `docs/protocol.md` §1.
final class Lives {
    /// Beyond, the oldest are forgotten: their ids are then as those of another log, a gap from the oldest kept.
    private static final int MAX = 10_000;

    private Lives() {}

    static byte[] write(Epochs epochs) {
        Out out = new Out(64);
        for (Epochs.Life life : epochs.lives()) out.text(life.epoch().value()).number(life.from());
        return new Out(64).number(epochs.lives().size()).rest(out.bytes()).bytes();
    }

    private static List<Epochs.Life> read(byte[] record) {
        In in = new In(record);
        List<Epochs.Life> lives = new ArrayList<>();
        for (long left = in.number(); left > 0; left--) lives.add(new Epochs.Life(new Epoch(in.text()), in.number()));
        return lives;
    }

    /// What they are after a start.
    ///
    /// @param record     null: the log is new
    /// @param wasClosed  cleanly: then its last life goes on. Else what it acknowledged last may be lost, and the
    ///                   places that it gave must not be given again
    /// @param last       position that is known to have been given
    static Epochs next(byte @Nullable [] record, boolean wasClosed, long last) {
        if (record == null) return Epochs.of(Epochs.draw());
        List<Epochs.Life> lives = read(record);
        if (!wasClosed) lives.add(new Epochs.Life(Epochs.draw(), last));
        return new Epochs(lives.subList(Math.max(0, lives.size() - MAX), lives.size()));
    }
}
