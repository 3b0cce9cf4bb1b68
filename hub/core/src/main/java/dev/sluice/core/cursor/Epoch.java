package dev.sluice.core.cursor;

/// One life of the log, from one start to the next; part of every cursor.
///
/// @param value 1 to 32 characters of `[A-Za-z0-9]`
public record Epoch(String value) {
    public Epoch {
        if (!value.matches("[A-Za-z0-9]{1,32}")) {
            throw new IllegalArgumentException("an epoch is 1 to 32 letters and digits, was '" + value + "'");
        }
    }
}
