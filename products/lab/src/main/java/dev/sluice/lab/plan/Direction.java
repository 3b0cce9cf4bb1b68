package dev.sluice.lab.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The sides that publish and read.
public enum Direction {
    /// The server publishes, clients read.
    DOWN,
    /// Clients publish, the server reads.
    UP,
    /// Clients read what the server publishes, and publish as much themselves; measured one after the other.
    BOTH;

    /// The name in options, JSON and links.
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
