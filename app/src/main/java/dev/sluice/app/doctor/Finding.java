package dev.sluice.app.doctor;

/// A fault on the way to the hub.
///
/// @param code stable, such as `stream-buffered`; [FindingTexts] has what it does to users, and what cures it
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
