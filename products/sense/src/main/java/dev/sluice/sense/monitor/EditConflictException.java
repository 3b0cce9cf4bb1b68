package dev.sluice.sense.monitor;

/// Thrown if a definition is not the one that the caller has read; nothing was changed.
public final class EditConflictException extends Exception {
    EditConflictException(String name) {
        super("'" + name + "' was changed or removed in the meantime, or exists already: read it again.");
    }
}
