package dev.sluice.sense.monitor;

/// A definition is not the one that a caller has read; nothing was changed.
public final class EditConflictException extends Exception {
    EditConflictException(String name) {
        super("'" + name + "' was changed or removed meanwhile, or exists already: read it again.");
    }
}
