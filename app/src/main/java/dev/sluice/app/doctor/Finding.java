package dev.sluice.app.doctor;

/// A fault between the client and the hub.
///
/// @param code a stable code, such as `stream-buffered`; [FindingTexts] has its effect on users and its cures
/// @param seen the observation, with its figures
public record Finding(String code, Severity severity, String seen) {
    public Finding {
        seen = PlainText.of(seen);
    }

    static Finding error(String code, String seen) {
        return new Finding(code, Severity.ERROR, seen);
    }

    static Finding warning(String code, String seen) {
        return new Finding(code, Severity.WARNING, seen);
    }

    static Finding note(String code, String seen) {
        return new Finding(code, Severity.NOTE, seen);
    }
}
