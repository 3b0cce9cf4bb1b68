package dev.sluice.app.doctor;

/// The meaning of a finding for users.
public enum Severity {
    /// Something does not work.
    ERROR,
    /// Something works worse than it could.
    WARNING,
    /// Good to know; nothing has to change.
    NOTE
}
