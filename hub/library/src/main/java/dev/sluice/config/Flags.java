package dev.sluice.config;

import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Source;
import dev.sluice.config.setting.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Settings from the command line or from a program. Immutable; each method returns a changed copy.
public final class Flags {
    public static final Flags NONE = new Flags(Settings.ALL, Values.NONE);

    private final List<Setting<?>> known;
    private final Values values;

    private Flags(List<Setting<?>> known, Values values) {
        this.known = known;
        this.values = values;
    }

    /// Creates flags without values for these settings.
    static Flags of(List<Setting<?>> known) {
        return new Flags(known, Values.NONE);
    }

    /// Sets a value in place of an earlier one.
    ///
    /// @throws IllegalArgumentException if the value is invalid; the message is for the user
    public <T> Flags set(Setting<T> setting, String option, T value) {
        if (setting.kind().read(value).isEmpty())
            throw invalid(setting, option, setting.kind().takes(), value);
        return new Flags(known, values.with(setting, value, new Source.Option(option)));
    }

    /// Adds a value: lists are joined, for other settings the last value applies.
    ///
    /// @param option as typed, such as `--port`
    /// @throws IllegalArgumentException if the value is invalid; the message is for the user
    public <T> Flags with(Setting<T> setting, String option, String text) {
        var value = setting.kind()
                .parse(text)
                .orElseThrow(() -> invalid(setting, option, setting.kind().takesOnce(), text));
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
        return with(setting(option, key), option + " " + key, text);
    }

    /// Adds the values of an entry that a program gives, by their keys.
    ///
    /// @param entry texts, lists of texts, booleans, whole numbers and paths
    /// @throws IllegalArgumentException if a key or value is invalid; the message is for the user
    Flags with(String option, Map<String, ?> entry) {
        var all = this;
        for (var each : entry.entrySet()) {
            var setting = setting(option, each.getKey());
            var place = option + " " + each.getKey();
            all = switch (each.getValue()) {
                case String text -> all.with(setting, place, text);
                case Path path -> all.with(setting, place, path.toString());
                case Integer number -> all.reading(setting, place, number.longValue());
                case Object value -> all.reading(setting, place, value);
            };
        }
        return all;
    }

    private <T> Flags reading(Setting<T> setting, String option, Object value) {
        var read = setting.kind().read(value);
        if (read.isEmpty()) throw invalid(setting, option, setting.kind().takes(), value);
        return new Flags(known, values.with(setting, read.get(), new Source.Option(option)));
    }

    private Setting<?> setting(String option, String key) {
        return known.stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(option + ": " + unknown(key)));
    }

    private static IllegalArgumentException invalid(Setting<?> setting, String option, String takes, Object value) {
        return new IllegalArgumentException(
                "%s takes %s, not %s.".formatted(option, takes, setting.kind().quote(value)));
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
