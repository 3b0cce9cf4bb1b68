package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;
import java.time.Duration;
import java.util.Set;

/// A type of check, selected by `type`.
///
/// @param name       for example `http`
/// @param isFileOnly whether only the file may define it, because it runs programs on this machine
/// @param isOverNetwork whether an outcome concerns a target that is reached over the network
/// @param secrets    keys whose values are never shown again
/// @param interval   the default of `interval`
/// @param failures   the default of `failures`
/// @param reader     creates the check from the keys of this type
public record CheckType(
        String name,
        boolean isFileOnly,
        boolean isOverNetwork,
        Set<String> secrets,
        Duration interval,
        int failures,
        Reader reader)
        implements DefinitionType {
    /// Reads the keys of one type.
    @FunctionalInterface
    public interface Reader {
        /// @param fields receives the mistakes; if there are any, the check is not used
        /// @param name   the name of the check
        Check read(Fields fields, String name);
    }

    /// Returns a type that uses the network, where a single failure may be chance.
    public static CheckType remote(String name, Set<String> secrets, Reader reader) {
        return new CheckType(name, false, true, secrets, Duration.ofSeconds(30), 3, reader);
    }
}
