package dev.sluice.sense.server;

import java.util.Locale;

/// The metrics that a threshold may be about.
enum Metric {
    CPU(" %"),
    LOAD(""),
    MEMORY(" %"),
    SWAP(" %"),
    DISK(" %"),
    TEMPERATURE(" °C");

    private final String unit;

    Metric(String unit) {
        this.unit = unit;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns the unit, with a space before it.
    String unit() {
        return unit;
    }

    /// Writes a value of this metric.
    String text(double value) {
        double rounded = Math.round(value * 10) / 10.0;
        return (rounded == Math.rint(rounded) ? String.valueOf((long) rounded) : String.valueOf(rounded)) + unit;
    }

    /// Whether the memory of processes explains it, and not their CPU.
    boolean isOfMemory() {
        return this == MEMORY || this == SWAP;
    }

    /// Whether processes explain it at all.
    boolean isOfProcesses() {
        return this != DISK;
    }
}
