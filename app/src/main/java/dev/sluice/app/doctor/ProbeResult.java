package dev.sluice.app.doctor;

import java.util.List;

/// The outcome of a probe.
///
/// @param seen     the observation if nothing was found, for users who want to know what was checked
/// @param findings the findings; empty if there is no fault
public record ProbeResult(String probe, String seen, List<Finding> findings) {
    public ProbeResult {
        seen = PlainText.of(seen);
        findings = List.copyOf(findings);
    }
}
