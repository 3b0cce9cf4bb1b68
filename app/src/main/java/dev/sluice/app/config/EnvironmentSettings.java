package dev.sluice.app.config;

import dev.sluice.config.KeyEntry;
import dev.sluice.config.Settings;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Source;
import dev.sluice.config.setting.Values;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/// Reads settings from environment variables: `storage.sync` is `SLUICE_STORAGE_SYNC`.
///
/// A value is written as in the file or without quotation marks, a list as in the file or with commas. An
/// empty variable is not set: compose files pass on variables that nobody has set.
final class EnvironmentSettings {
    private static final String PREFIX = "SLUICE_";

    /// Variables that commands, scripts and tests read, and which are no misspelt settings.
    private static final Set<String> OTHERS = Stream.of(
                    "CONFIG",
                    "DEBUG",
                    "HOME",
                    "JAVA_OPTS",
                    "KEY",
                    "LAUNCHER",
                    "LONG",
                    "MODEL",
                    "MODEL_KEY",
                    "MODEL_URL",
                    "OS_RELEASE",
                    "SEED",
                    "SEEDS",
                    "TOKEN",
                    "URL")
            .map(PREFIX::concat)
            .collect(Collectors.toUnmodifiableSet());

    /// The variables that Kubernetes and links of Docker set for a service called `sluice`, or `sluice-…`.
    private static final Pattern LINK =
            Pattern.compile(PREFIX + "([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
                    + "|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    /// The value of another such variable, whose name a setting may have: `SLUICE_PORT`.
    private static final Pattern LINK_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.+");

    private final Map<String, String> environment;

    EnvironmentSettings(Map<String, String> environment) {
        this.environment = environment;
    }

    static String variable(Setting<?> setting) {
        return PREFIX + setting.key().toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /// Reads the valid values.
    ///
    /// @param faults receives the mistakes
    Values read(List<Fault> faults) {
        var values = Values.NONE;
        for (var setting : Settings.ALL) values = read(setting, values, faults);
        return values;
    }

    private <T> Values read(Setting<T> setting, Values values, List<Fault> faults) {
        var variable = variable(setting);
        var text = environment.getOrDefault(variable, "");
        if (text.isBlank() || isLink(variable)) return values;
        boolean isQuoted = "\"'[".indexOf(text.charAt(0)) >= 0;
        var value = isQuoted ? toml(setting, text).or(() -> plain(setting, text)) : plain(setting, text);
        if (value.isPresent()) return values.with(setting, value.get(), new Source.Option(variable));
        faults.add(new Fault(variable, 0, 0, ValueReader.mistake(setting, elements(setting, text))));
        return values;
    }

    private static <T> Optional<T> toml(Setting<T> setting, String text) {
        TomlParseResult read;
        try {
            read = Toml.parse("value = " + text);
        } catch (RuntimeException broken) { // The parser throws on some broken inline tables.
            return Optional.empty();
        }
        var value = read.get(List.of("value"));
        if (read.hasErrors() || value == null || read.size() > 1) return Optional.empty();
        return ValueReader.read(setting, value);
    }

    private static <T> Optional<T> plain(Setting<T> setting, String text) {
        var kind = setting.kind();
        return kind instanceof SettingType.Several ? kind.read(elements(setting, text)) : kind.parse(text);
    }

    /// The text, or its elements if the setting takes a list.
    private static Object elements(Setting<?> setting, String text) {
        if (!(setting.kind() instanceof SettingType.Several)) return text;
        return Stream.of(text.split(",", -1)).map(String::strip).toList();
    }

    private boolean isLink(String variable) {
        return LINK.matcher(variable).matches()
                || (variable.endsWith("PORT")
                        && LINK_ADDRESS
                                .matcher(environment.getOrDefault(variable, ""))
                                .matches());
    }

    /// Sentences about variables that look like settings and are none.
    ///
    /// @param keys the keys of the hub, whose secrets may be in variables
    List<String> warnings(List<KeyEntry> keys) {
        var secrets =
                keys.stream().map(key -> key.values().get(KeyEntry.SECRET_ENV)).toList();
        var settings = new TreeMap<String, Setting<?>>();
        for (var setting : Settings.ALL) settings.put(variable(setting), setting);
        var warnings = new ArrayList<String>();
        for (var variable : new TreeMap<>(environment).keySet()) {
            var setting = settings.get(variable);
            if (setting != null && isLink(variable)) {
                warnings.add("%s is %s, as Kubernetes sets it for a service of that name, so it is not taken for '%s'."
                        .formatted(variable, Quoted.value(environment.getOrDefault(variable, "")), setting.key()));
            } else if (setting == null
                    && variable.startsWith(PREFIX)
                    && !isLink(variable)
                    && !OTHERS.contains(variable)
                    && !secrets.contains(variable)) {
                meant(variable)
                        .ifPresent(key -> warnings.add("%s is not a setting, and has no effect. Did you mean %s?"
                                .formatted(Quoted.escape(variable), variable(key))));
            }
        }
        return warnings;
    }

    private static Optional<Setting<?>> meant(String variable) {
        var name = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
        var wrong = Settings.ALL.stream()
                .map(Setting::table)
                .filter(table -> !table.isEmpty() && name.startsWith(table.replace('.', '_') + "_"))
                .max(Comparator.comparingInt(String::length))
                .map(table -> table + "." + name.substring(table.length() + 1))
                .orElse(name);
        return Settings.meant(wrong, Settings.ALL.stream().map(Setting::key).toList())
                .flatMap(key -> Settings.ALL.stream()
                        .filter(setting -> setting.key().equals(key))
                        .findFirst());
    }
}
