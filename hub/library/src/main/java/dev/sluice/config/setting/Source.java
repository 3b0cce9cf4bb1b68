package dev.sluice.config.setting;

/// The source of a value.
public sealed interface Source {
    /// The value was not set.
    record Default() implements Source {}

    /// @param line counted from 1
    record Line(String file, int line) implements Source {}

    /// @param option such as `--port`
    record Option(String option) implements Source {}

    /// A description for a comment or a message.
    default String text() {
        return switch (this) {
            case Default() -> "default";
            case Line(var file, var line) -> Quoted.escape(file) + ":" + line;
            case Option(var option) -> option;
        };
    }

    /// A mistake at this source.
    default Fault fault(String message) {
        return switch (this) {
            case Default() -> new Fault("default", 0, 0, message);
            case Line(var file, var line) -> new Fault(file, line, 1, message);
            case Option(var option) -> new Fault(option, 0, 0, message);
        };
    }
}
