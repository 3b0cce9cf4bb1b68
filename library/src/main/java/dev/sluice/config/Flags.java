package dev.sluice.config;

import java.util.List;

/// Settings from the command line or from a program. Immutable; each method returns a changed copy.
public final class Flags {
    public static final Flags NONE = new Flags(Settings.ALL, Values.NONE);

    private final List<Setting<?>> known;
    private final Values values;

    private Flags(List<Setting<?>> known, Values values) {
        this.known = known;
        this.values = values;
    }

    /// No values yet, of these settings.
    static Flags of(List<Setting<?>> known) {
        return new Flags(known, Values.NONE);
    }

    /// Sets a value in place of an earlier one.
    ///
    /// @throws IllegalArgumentException if the value is invalid; the message is for the user
    public <T> Flags set(Setting<T> setting, String option, T value) {
        if (setting.kind().read(value).isEmpty())
            throw invalid(option, setting.kind().takes(), value);
        return new Flags(known, values.with(setting, value, new Source.Option(option)));
    }

    /// Adds a value: lists are joined, for other settings the last value applies.
    ///
    /// @param option as typed, such as `--port`
    /// @throws IllegalArgumentException if the value is invalid; the message is for the user
    public <T> Flags with(Setting<T> setting, String option, String text) {
        var value = setting.kind()
                .parse(text)
                .orElseThrow(() -> invalid(option, setting.kind().takesOnce(), text));
        var all = values.has(setting) ? setting.kind().join(values.get(setting), value) : value;
        return new Flags(known, values.with(setting, all, new Source.Option(option)));
    }

    /// Adds a value for any setting, by its key.
    ///
    /// @param assignment `KEY=VALUE`
    public Flags with(String option, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "%s takes KEY=VALUE, not %s.".formatted(option, Quoted.value(assignment)));
        }
        return with(option, assignment.substring(0, equals), assignment.substring(equals + 1));
    }

    /// Adds a value for any setting, by its key.
    public Flags with(String option, String key, String text) {
        var setting = known.stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(option + ": " + unknown(key)));
        return with(setting, option + " " + key, text);
    }

    private static IllegalArgumentException invalid(String option, String takes, Object value) {
        return new IllegalArgumentException("%s takes %s, not %s.".formatted(option, takes, Quoted.value(value)));
    }

    private String unknown(String key) {
        return Quoted.name(key) + " is not a key."
                + Settings.meant(key, known.stream().map(Setting::key).toList())
                        .map(nearest -> " Did you mean '" + nearest + "'?")
                        .orElse("");
    }

    public Values values() {
        return values;
    }
}
