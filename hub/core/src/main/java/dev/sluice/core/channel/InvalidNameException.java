package dev.sluice.core.channel;

/// A channel name or pattern that breaks a rule. The message states the rule and quotes the name.
public final class InvalidNameException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidNameException(String name, String rule) {
        super("'" + printable(name) + "': " + rule);
    }

    /// Names come from clients: control characters and very long names must not reach a log or
    /// terminal unescaped.
    private static String printable(String name) {
        String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
