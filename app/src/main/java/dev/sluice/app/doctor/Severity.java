package dev.sluice.app.doctor;

/// What a finding means for users.
public enum Severity {
    /// Something does not work.
    ERROR,
    /// Something works worse than it could.
    WARNING,
    /// Good to know; nothing has to change.
    NOTE
}
