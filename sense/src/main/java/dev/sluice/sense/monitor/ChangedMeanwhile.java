package dev.sluice.sense.monitor;

/// A definition is not the one that a caller has read; nothing was changed.
public final class ChangedMeanwhile extends Exception {
    ChangedMeanwhile(String name) {
        super("'" + name + "' was changed or removed meanwhile, or exists already: read it again.");
    }
}
