package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;

/// A kind of check, as `type` names it.
///
/// @param type       for example `http`
/// @param isFileOnly whether only the file may define it, because it runs programs on this machine
/// @param reader     makes the check of its own keys
/// @param secrets    keys whose values are never shown again
public record CheckKind(String type, boolean isFileOnly, java.util.Set<String> secrets, Reader reader) {
    /// Reads the keys of one kind.
    @FunctionalInterface
    public interface Reader {
        /// @param fields receives the mistakes; with any of them the check is not used
        /// @param name   of the check
        Check read(Fields fields, String name);
    }
}
