package dev.sluice.lab.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The direction of events.
public enum Direction {
    /// The server publishes, and clients read.
    DOWN,
    /// Clients publish, and the server reads.
    UP,
    /// Clients read what the server publishes, and publish at the same rate themselves. The two are measured
    /// one after the other.
    BOTH;

    /// Returns the name used in options, JSON and links.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isDown() {
        return this != UP;
    }

    public boolean isUp() {
        return this != DOWN;
    }

    /// Returns the direction with this label.
    public static Optional<Direction> labelled(String label) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(label))
                .findFirst();
    }
}
