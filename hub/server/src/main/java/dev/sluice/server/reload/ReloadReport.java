package dev.sluice.server.reload;

import dev.sluice.core.log.RetentionLoss;
import java.time.Instant;
import java.util.List;

/// The outcome of a reload.
///
/// @param at       when it was done
/// @param mistakes in the files, each with its place: then nothing was changed. Empty: the configuration is
///         in force
/// @param restart  the keys of settings that differ from those in force, and need a restart
/// @param losses   of retention rules that wait to be confirmed; empty: none wait
/// @param ended    streams, polls and publishers whose keys or grants are gone
public record ReloadReport(
        Instant at, List<String> mistakes, List<String> restart, List<RetentionLoss> losses, int ended) {
    public ReloadReport {
        mistakes = List.copyOf(mistakes);
        restart = List.copyOf(restart);
        losses = List.copyOf(losses);
    }

    /// A reload that changed nothing.
    public static ReloadReport refused(Instant at, List<String> mistakes) {
        return new ReloadReport(at, mistakes, List.of(), List.of(), 0);
    }

    public boolean isInForce() {
        return mistakes.isEmpty();
    }
}
