package dev.sluice.app.config;

import java.util.Comparator;

/// Something wrong in the configuration: where, and what to do about it.
///
/// @param where  the file
/// @param line   counted from 1; 0 where it is the file as a whole
/// @param column counted from 1
record Fault(String where, int line, int column, String message) {
    static final Comparator<Fault> IN_ORDER =
            Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column);

    /// As compilers write it, so that editors and terminals jump there.
    @Override
    public String toString() {
        var place = line == 0 ? "" : ":" + line + ":" + column;
        return Quoted.escape(where) + place + ": " + message;
    }
}
