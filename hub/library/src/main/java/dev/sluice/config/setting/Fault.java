package dev.sluice.config.setting;

import java.util.Comparator;

/// A mistake in the configuration: its place, and what to do about it.
///
/// @param where  the file or flag
/// @param line   counted from 1; 0 for the file as a whole
/// @param column counted from 1
public record Fault(String where, int line, int column, String message) {
    public static final Comparator<Fault> IN_ORDER =
            Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column);

    /// Returns the format of compiler messages, which editors and terminals recognize.
    @Override
    public String toString() {
        var place = line == 0 ? "" : ":" + line + ":" + column;
        return Quoted.escape(where) + place + ": " + message;
    }
}
