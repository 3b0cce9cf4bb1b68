package dev.sluice.core.store;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The lives of a log, in their order. Immutable.
public final class Epochs {
    private static final String CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 6;

    private final List<Life> lives;
    private final Life current;
    private final Map<Epoch, Long> ends = new HashMap<>();

    /// One life.
    ///
    /// @param from its places lie behind this one; 0 for the first life, whose places begin with 0
    public record Life(Epoch epoch, long from) {}

    /// @param lives with at least one, in the order of their beginnings
    public Epochs(List<Life> lives) {
        this.lives = List.copyOf(lives);
        current = lives.getLast();
        for (int i = 1; i < lives.size(); i++) ends.put(lives.get(i - 1).epoch, lives.get(i).from);
        ends.put(current.epoch, -1L);
    }

    /// A name for a life: six letters and digits drawn at random.
    public static Epoch draw() {
        return new Epoch(new SecureRandom()
                .ints(LENGTH, 0, CHARACTERS.length())
                .mapToObj(index -> CHARACTERS.substring(index, index + 1))
                .collect(Collectors.joining()));
    }

    /// A log of one life.
    public static Epochs of(Epoch epoch) {
        return new Epochs(List.of(new Life(epoch, 0)));
    }

    public List<Life> lives() {
        return lives;
    }

    Epoch current() {
        return current.epoch;
    }

    /// The place at a position, under the epoch in which it was given.
    public Cursor cursor(long position) {
        if (position > current.from) return new Cursor(current.epoch, position);
        return new Cursor(lives.get(indexOf(position)).epoch, position);
    }

    /// Of the last life that began before a position: of the first for all before that.
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

    /// Where a life that is over ended; -1 for the current life, null for one that this log has no record of.
    @Nullable
    Long endOf(Epoch epoch) {
        return ends.get(epoch);
    }
}
