package dev.sluice.sense.monitor;

import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.Fault;
import dev.sluice.sense.config.InvalidSenseException;
import dev.sluice.sense.limit.SenseLimits;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.state.StateMachine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Checks whether valid definitions may be used together.
record DefinitionValidator(SenseLimits limits) {
    /// @throws InvalidSenseException if a definition names one that does not exist, checks depend on each
    ///     other in a cycle, or there are too many
    void requireConsistent(Map<String, CheckDefinition> checks, Set<String> notifiers) throws InvalidSenseException {
        if (checks.size() + notifiers.size() > limits.definitions())
            throw fault("check", "has too many entries: at most " + limits.definitions() + " checks and notifiers");
        requireRoom(notifiers);
        Map<String, Rules> rules = new LinkedHashMap<>();
        checks.forEach((name, check) -> rules.put(name, check.rules()));
        for (CheckDefinition check : checks.values()) {
            for (String other : check.rules().dependsOn()) {
                rules.put(
                        other,
                        found(other, checks)
                                .orElseThrow(() -> fault(
                                        "check.depends_on",
                                        "of '" + check.name() + "' names '" + other + "', but there is no such check"))
                                .rules());
            }
            for (String notifier : check.notifiers()) {
                if (!notifiers.contains(notifier))
                    throw fault(
                            "check.notify",
                            "of '" + check.name() + "' names '" + notifier + "', but there is no such notifier");
            }
        }
        try {
            StateMachine.requireSound(rules);
        } catch (IllegalArgumentException unsound) {
            throw fault("check.depends_on", "can't be followed: " + unsound.getMessage());
        }
    }

    /// Returns a check, or the definition with a server pattern that creates it once its server reports: servers
    /// that have not reported for long are forgotten, and so are their checks.
    static Optional<CheckDefinition> found(String name, Map<String, CheckDefinition> checks) {
        CheckDefinition check = checks.get(name);
        return check != null
                ? Optional.of(check)
                : checks.values().stream().filter(each -> each.creates(name)).findFirst();
    }

    void requireRoom(Set<String> notifiers) throws InvalidSenseException {
        if (notifiers.size() > limits.notifiers())
            throw fault("notifier", "has too many entries: at most " + limits.notifiers());
    }

    static InvalidSenseException fault(String key, String message) {
        return new InvalidSenseException(List.of(new Fault("", key, message)));
    }
}
