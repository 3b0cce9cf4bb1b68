package dev.sluice.app.config;

/// Where a value comes from.
public sealed interface Source {
    /// Nobody said anything.
    record Default() implements Source {}

    /// @param line counted from 1
    record Line(String file, int line) implements Source {}

    /// @param option as `--port`
    record Option(String option) implements Source {}

    /// For a comment or a message.
    default String text() {
        return switch (this) {
            case Default() -> "default";
            case Line(var file, var line) -> Quoted.escape(file) + ":" + line;
            case Option(var option) -> option;
        };
    }

    /// Something wrong there.
    default Fault fault(String message) {
        return switch (this) {
            case Default() -> new Fault("default", 0, 0, message);
            case Line(var file, var line) -> new Fault(file, line, 1, message);
            case Option(var option) -> new Fault(option, 0, 0, message);
        };
    }
}
