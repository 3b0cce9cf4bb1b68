package dev.sluice.core.channel;

/// A channel name or selection that breaks a rule. The message names the rule and quotes the name.
public final class InvalidName extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidName(String name, String rule) {
        super("'" + printable(name) + "': " + rule);
    }

    /// Control characters and endless names come from outside; neither may reach a log or a terminal raw.
    private static String printable(String name) {
        String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
