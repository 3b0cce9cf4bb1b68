package dev.sluice.sense.config;

import dev.sluice.sense.notify.BoundedNotifier;
import dev.sluice.sense.notify.Notifier;
import java.util.Map;
import java.util.Optional;

/// A notifier as configured.
///
/// @param isInFile whether `sense.toml` defines it, so that it can't be edited elsewhere
public record NotifierDefinition(
        String name, NotifierType type, Map<String, Object> values, boolean isInFile, Notifier notifier)
        implements Definition {
    public NotifierDefinition {
        values = Map.copyOf(values);
    }

    /// Reads a notifier.
    ///
    /// @return empty if there is a mistake, which `fields` has received
    static Optional<NotifierDefinition> read(
            Map<String, Object> values, Fields fields, Map<String, NotifierType> types, boolean isInFile) {
        String name = Definition.name(fields);
        Optional<NotifierType> found = Definition.type(values, fields, types, isInFile);
        if (found.isEmpty()) return Optional.empty();
        NotifierType type = found.get();
        Notifier notifier = new BoundedNotifier(name, type.reader().apply(fields));
        fields.rejectUnknown();
        return Optional.of(new NotifierDefinition(name, type, values, isInFile, notifier));
    }
}
