package dev.sluice.sense.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A check or notifier as configured.
public sealed interface Definition permits CheckDefinition, NotifierDefinition {
    /// Matches names of checks, notifiers and servers, which are segments of channel names and parts of
    /// paths.
    Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    String name();

    DefinitionType type();

    /// Returns the keys and values from which it was read.
    Map<String, Object> values();

    /// Returns true if `sense.toml` defines it, so that it can't be edited elsewhere.
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

    /// Reads `type`, and reports secrets that still have their placeholder.
    ///
    /// @return empty if there is no such type, or it is not allowed here
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
