package dev.sluice.sense.monitor;

import java.util.Arrays;
import java.util.Optional;

/// The version that a definition must have to be changed, so that nobody overwrites changes that another
/// person has saved in the meantime (RFC 9110 §13.1).
///
/// @param match     the value of `If-Match`: tags with commas, or `*`; empty if any version or none is
///                  allowed
/// @param noneMatch the value of `If-None-Match`: `*` if no such definition may exist; empty if one may exist
public record Precondition(String match, String noneMatch) {
    /// Returns true if a definition of this version, or a missing one, may be changed.
    boolean permits(Optional<String> version) {
        if (noneMatch.strip().equals("*") && version.isPresent()) return false;
        if (match.isBlank()) return true;
        if (match.strip().equals("*")) return version.isPresent();
        return version.map(Precondition::tag)
                .filter(tag -> Arrays.stream(match.split(",", -1))
                        .map(each -> each.strip()
                                .replaceFirst("^W/", "")) // A proxy that compresses responses makes the tag weak.
                        .anyMatch(tag::equals))
                .isPresent();
    }

    /// Returns the `ETag` of a version.
    public static String tag(String version) {
        return '"' + version + '"';
    }
}
