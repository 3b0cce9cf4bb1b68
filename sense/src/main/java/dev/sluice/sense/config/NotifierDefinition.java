package dev.sluice.sense.config;

import dev.sluice.sense.notify.Notifier;
import java.util.Map;
import java.util.Optional;

/// A notifier as configured.
///
/// @param isInFile whether `sense.toml` defines it, so that it is not editable elsewhere
public record NotifierDefinition(
        String name, NotifierKind kind, Map<String, Object> values, boolean isInFile, Notifier notifier)
        implements Definition {
    public NotifierDefinition {
        values = Map.copyOf(values);
    }

    /// Reads a notifier.
    ///
    /// @return empty if there is a mistake, which `fields` has received
    static Optional<NotifierDefinition> read(
            Map<String, Object> values, Fields fields, Map<String, NotifierKind> kinds, boolean isInFile) {
        String name = Definition.name(fields);
        Optional<NotifierKind> found = Definition.kind(values, fields, kinds, isInFile);
        if (found.isEmpty()) return Optional.empty();
        NotifierKind kind = found.get();
        Notifier notifier = kind.reader().apply(fields);
        fields.rejectUnknown();
        return Optional.of(new NotifierDefinition(name, kind, values, isInFile, notifier));
    }
}
