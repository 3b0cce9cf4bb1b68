package dev.sluice.server.reload;

import dev.sluice.core.log.RetentionLoss;
import java.time.Instant;
import java.util.List;

/// The outcome of a reload.
///
/// @param at       when it was done
/// @param mistakes the mistakes in the files, each with its position. If there are any, nothing was changed
/// @param restart  the keys of settings that have changed in the files, but need a restart
/// @param losses   the events that retention rules would delete; the rules wait for a confirmation. Empty if no
///                 rule waits
/// @param ended    the number of streams, polls and publishers that ended because their keys or grants are gone
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
