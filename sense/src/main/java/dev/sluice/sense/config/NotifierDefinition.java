package dev.sluice.sense.config;

import dev.sluice.sense.notify.Notifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A notifier as configured.
///
/// @param isInFile whether `sense.toml` defines it, so that it is not editable elsewhere
public record NotifierDefinition(
        String name, NotifierKind kind, Map<String, Object> values, boolean isInFile, Notifier notifier) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public NotifierDefinition {
        values = Map.copyOf(values);
    }

    /// Reads a notifier.
    ///
    /// @return empty if there is a mistake, which `fields` has received
    static Optional<NotifierDefinition> read(
            Map<String, Object> values, Fields fields, Map<String, NotifierKind> kinds, boolean isInFile) {
        String name = fields.text("name");
        if (!name.isEmpty() && !NAME.matcher(name).matches())
            fields.fault("name", "takes up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
        NotifierKind kind = kinds.get(fields.text("type"));
        if (kind == null || (kind.isFileOnly() && !isInFile)) {
            fields.fault(
                    "type",
                    kind == null
                            ? "takes one of: "
                                    + String.join(
                                            ", ",
                                            kinds.keySet().stream().sorted().toList())
                            : "'" + kind.type() + "' can only be defined in the file, because it runs a program");
            return Optional.empty();
        }
        Secret.rejectHidden(values, kind.secrets(), fields);
        Notifier notifier = kind.reader().apply(fields);
        fields.rejectUnknown();
        return Optional.of(new NotifierDefinition(name, kind, values, isInFile, notifier));
    }

    /// Returns the values without secrets.
    public Map<String, Object> publicValues() {
        Map<String, Object> all = new LinkedHashMap<>(values);
        kind.secrets().forEach(key -> all.computeIfPresent(key, (_, _) -> Secret.HIDDEN));
        return all;
    }
}
