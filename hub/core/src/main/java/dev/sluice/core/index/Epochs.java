package dev.sluice.core.index;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The epochs of a log, in order. Immutable.
public final class Epochs {
    private static final String CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 6;

    private final List<Life> lives;
    private final Life current;
    private final Map<Epoch, Long> ends = new HashMap<>();

    /// One life of the log.
    ///
    /// @param from its positions come after this one; 0 for the first life, which also includes 0
    public record Life(Epoch epoch, long from) {}

    /// @param lives at least one, in the order in which they began
    public Epochs(List<Life> lives) {
        this.lives = List.copyOf(lives);
        current = lives.getLast();
        for (int i = 1; i < lives.size(); i++) ends.put(lives.get(i - 1).epoch, lives.get(i).from);
        ends.put(current.epoch, -1L);
    }

    /// A new epoch: six random letters and digits.
    public static Epoch draw() {
        return new Epoch(new SecureRandom()
                .ints(LENGTH, 0, CHARACTERS.length())
                .mapToObj(index -> CHARACTERS.substring(index, index + 1))
                .collect(Collectors.joining()));
    }

    /// The epochs of a log that never restarted.
    public static Epochs of(Epoch epoch) {
        return new Epochs(List.of(new Life(epoch, 0)));
    }

    public List<Life> lives() {
        return lives;
    }

    /// The cursor at a position, with the epoch in which the position was assigned.
    public Cursor cursor(long position) {
        return new Cursor(at(position), position);
    }

    /// The epoch in which a position was assigned.
    public Epoch at(long position) {
        return position > current.from ? current.epoch : lives.get(indexOf(position)).epoch;
    }

    /// The index of the last life that began before a position; 0 if none did.
    private int indexOf(long position) {
        int low = 0;
        int high = lives.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (lives.get(middle).from < position) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// The last position of an earlier epoch; -1 for the current epoch, null for one that this log has no record of.
    @Nullable
    Long endOf(Epoch epoch) {
        return ends.get(epoch);
    }
}
