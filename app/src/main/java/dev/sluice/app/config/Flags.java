package dev.sluice.app.config;

/// What the command line says about settings. Immutable; each method gives a changed copy.
public final class Flags {
    public static final Flags NONE = new Flags(Values.NONE);

    private final Values values;

    private Flags(Values values) {
        this.values = values;
    }

    /// The setting said once more: a list grows by it, of anything else the last counts.
    ///
    /// @param option how it was said, as `--port`
    /// @throws IllegalArgumentException if the setting does not take that; the message is for whoever typed it
    public <T> Flags with(Setting<T> setting, String option, String text) {
        var value = setting.kind()
                .parse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s takes %s, not %s.".formatted(option, setting.kind().takesOnce(), Quoted.value(text))));
        var all = values.has(setting) ? setting.kind().join(values.get(setting), value) : value;
        return new Flags(values.with(setting, all, new Source.Option(option)));
    }

    /// Any setting by its key.
    ///
    /// @param assignment `KEY=VALUE`
    public Flags with(String option, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "%s takes KEY=VALUE, not %s.".formatted(option, Quoted.value(assignment)));
        }
        var key = assignment.substring(0, equals);
        var setting = Settings.find(key).orElseThrow(() -> new IllegalArgumentException(option + ": " + unknown(key)));
        return with(setting, option + " " + key, assignment.substring(equals + 1));
    }

    private static String unknown(String key) {
        return Quoted.name(key) + " is no key."
                + Nearest.to(key, Settings.ALL.stream().map(Setting::key).toList())
                        .map(nearest -> " Did you mean '" + nearest + "'?")
                        .orElse("");
    }

    Values values() {
        return values;
    }
}
