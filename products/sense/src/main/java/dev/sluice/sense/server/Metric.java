package dev.sluice.sense.server;

import java.util.Locale;

/// The metrics to which a threshold can apply.
enum Metric {
    CPU(" %"),
    LOAD(""),
    MEMORY(" %"),
    SWAP(" %"),
    DISK(" %"),
    TEMPERATURE(" °C"),
    DISK_READ(" MB/s"),
    DISK_WRITE(" MB/s"),
    DISK_BUSY(" %");

    private final String unit;

    Metric(String unit) {
        this.unit = unit;
    }

    /// @throws IllegalArgumentException if there is no such metric
    static Metric of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// Returns the name in thresholds: `disk-read`.
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns the unit, with a space before it.
    String unit() {
        return unit;
    }

    /// Formats a value of this metric.
    String text(double value) {
        double rounded = Math.round(value * 10) / 10.0;
        return (rounded == Math.rint(rounded) ? String.valueOf((long) rounded) : String.valueOf(rounded)) + unit;
    }

    /// Returns true if a server may have several of them, each with a name: disks with their mounts or
    /// devices, and sensors.
    boolean isNamed() {
        return switch (this) {
            case DISK, TEMPERATURE, DISK_READ, DISK_WRITE, DISK_BUSY -> true;
            case CPU, LOAD, MEMORY, SWAP -> false;
        };
    }

    /// Returns true if the memory of processes explains the metric, and not their CPU.
    boolean isOfMemory() {
        return this == MEMORY || this == SWAP;
    }

    /// Returns true if processes explain the metric at all.
    boolean isOfProcesses() {
        return !isNamed() || this == TEMPERATURE;
    }
}
