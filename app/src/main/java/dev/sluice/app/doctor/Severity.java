package dev.sluice.app.doctor;

/// The meaning of a finding for users.
public enum Severity {
    /// Something does not work.
    ERROR,
    /// Something works worse than it could.
    WARNING,
    /// For information; no change is needed.
    NOTE
}
