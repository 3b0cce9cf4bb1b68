package dev.sluice.app.doctor;

import java.util.List;

/// The outcome of a probe.
///
/// @param seen     the observation if nothing was found, for people who want to know what was looked at
/// @param findings empty: all is well
public record ProbeResult(String probe, String seen, List<Finding> findings) {
    public ProbeResult {
        seen = PlainText.of(seen);
        findings = List.copyOf(findings);
    }
}
