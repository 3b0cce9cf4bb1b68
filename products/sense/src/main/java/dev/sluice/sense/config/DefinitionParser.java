package dev.sluice.sense.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads definitions of checks and notifiers, whose types are registered by name.
public record DefinitionParser(Map<String, CheckType> checkTypes, Map<String, NotifierType> notifierTypes) {
    /// Reads `sense.toml`.
    public SenseConfiguration file(Path path) throws InvalidSenseException {
        return SenseFile.read(path, this);
    }

    /// Reads a check from a page or the API.
    public CheckDefinition check(Map<String, Object> values) throws InvalidSenseException {
        List<Fault> faults = new ArrayList<>();
        var definition = CheckDefinition.read(values, fields(values, faults), checkTypes, false);
        if (!faults.isEmpty()) throw new InvalidSenseException(faults);
        return definition.orElseThrow();
    }

    /// Reads a notifier from a page or the API.
    public NotifierDefinition notifier(Map<String, Object> values) throws InvalidSenseException {
        List<Fault> faults = new ArrayList<>();
        var definition = NotifierDefinition.read(values, fields(values, faults), notifierTypes, false);
        if (!faults.isEmpty()) throw new InvalidSenseException(faults);
        return definition.orElseThrow();
    }

    private static Fields fields(Map<String, Object> values, List<Fault> faults) {
        return new Fields(values, (key, message) -> faults.add(new Fault("", key, message)));
    }
}
