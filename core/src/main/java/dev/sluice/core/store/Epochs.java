package dev.sluice.core.store;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The lives of a log, in their order. Immutable.
public final class Epochs {
    private static final String CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 6;

    private final List<Life> lives;
    private final Life current;

    /// One life.
    ///
    /// @param from its places lie behind this one; 0 for the first life, whose places begin with 0
    public record Life(Epoch epoch, long from) {}

    /// @param lives with at least one, in the order of their beginnings
    public Epochs(List<Life> lives) {
        this.lives = List.copyOf(lives);
        current = lives.getLast();
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
        int index = lives.size() - 1;
        while (index > 0 && lives.get(index).from >= position) index--;
        return new Cursor(lives.get(index).epoch, position);
    }

    /// Where a life that is over ended; -1 for the current life, null for one that this log has no record of.
    @Nullable
    Long endOf(Epoch epoch) {
        if (epoch.equals(current.epoch)) return -1L;
        for (int i = 0; i < lives.size() - 1; i++) {
            if (lives.get(i).epoch.equals(epoch)) return lives.get(i + 1).from;
        }
        return null;
    }
}
