package dev.sluice.sense.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A check or notifier as configured.
public sealed interface Definition permits CheckDefinition, NotifierDefinition {
    /// Names of checks, notifiers and servers: a segment of a channel's name, and a part of paths.
    Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    String name();

    DefinitionType type();

    /// Returns the keys and values that it was read from.
    Map<String, Object> values();

    /// Returns whether `sense.toml` defines it, so that it is not editable elsewhere.
    boolean isInFile();

    /// Returns the values without secrets.
    default Map<String, Object> publicValues() {
        Map<String, Object> all = new LinkedHashMap<>(values());
        type().secrets().forEach(key -> all.computeIfPresent(key, (_, _) -> Secret.HIDDEN));
        return all;
    }

    /// Reads `name`.
    static String name(Fields fields) {
        String name = fields.text("name");
        if (fields.has("name") && !NAME.matcher(name).matches())
            fields.fault("name", "takes up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
        return name;
    }

    /// Reads `type`, and reports secrets that are still hidden.
    ///
    /// @return empty if there is no such type, or it may not be used here
    static <K extends DefinitionType> Optional<K> type(
            Map<String, Object> values, Fields fields, Map<String, K> types, boolean isInFile) {
        K type = types.get(fields.text("type"));
        if (type == null) {
            String names = String.join(", ", types.keySet().stream().sorted().toList());
            fields.fault("type", "takes one of: " + names);
            return Optional.empty();
        }
        if (type.isFileOnly() && !isInFile) {
            fields.fault("type", "'" + type.name() + "' can only be defined in the file, because it runs a program");
            return Optional.empty();
        }
        Secret.rejectHidden(values, type.secrets(), fields);
        return Optional.of(type);
    }
}
