package dev.sluice.sense.monitor;

import java.util.Arrays;
import java.util.Optional;

/// The version that a definition must have to be changed, so that nobody overwrites what somebody else has saved
/// meanwhile (RFC 9110 §13.1).
///
/// @param match     the value of `If-Match`: tags with commas, or `*`; empty: any version, or none
/// @param noneMatch the value of `If-None-Match`: `*` if there must be no such definition; empty: there may be one
public record Precondition(String match, String noneMatch) {
    /// Returns whether a definition of this version, or one that does not exist, may be changed.
    boolean permits(Optional<String> version) {
        if (noneMatch.strip().equals("*") && version.isPresent()) return false;
        if (match.isBlank()) return true;
        if (match.strip().equals("*")) return version.isPresent();
        return version.map(Precondition::tag)
                .filter(tag -> Arrays.stream(match.split(",", -1))
                        .map(each -> each.strip().replaceFirst("^W/", "")) // A proxy that compresses weakens it.
                        .anyMatch(tag::equals))
                .isPresent();
    }

    /// Returns the value of `ETag` for a version.
    public static String tag(String version) {
        return '"' + version + '"';
    }
}
