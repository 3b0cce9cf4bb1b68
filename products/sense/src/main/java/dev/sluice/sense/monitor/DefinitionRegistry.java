package dev.sluice.sense.monitor;

import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.Definition;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.InvalidSenseException;
import dev.sluice.sense.config.NotifierDefinition;
import dev.sluice.sense.config.Secret;
import dev.sluice.sense.config.SenseConfiguration;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.limit.SenseLimits;
import dev.sluice.sense.notify.Outbox;
import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.server.PresenceCheck;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.Definitions;
import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// All definitions: those in the file, and those that people created, which are in the database. A name in
/// the file hides the same name in the database. Safe for use by many threads.
public final class DefinitionRegistry {
    /// The maximum length of a definition as JSON.
    private static final int DEFINITION_MAX = 64 * 1024;

    private static final System.Logger LOG = System.getLogger(DefinitionRegistry.class.getName());

    private final DefinitionParser parser;
    private final Definitions storedChecks;
    private final Definitions storedNotifiers;
    private final Monitor monitor;
    private final Scheduler scheduler;
    private final Outbox outbox;
    private final NotifierRegistry notifiers;
    private final DefinitionValidator validator;
    private SenseConfiguration file = SenseConfiguration.NONE;

    /// The definitions from the file and from people, without those created from them for each server of a
    /// pattern.
    private Map<String, CheckDefinition> defined = Map.of();

    public DefinitionRegistry(
            DefinitionParser parser,
            Database database,
            Monitor monitor,
            Scheduler scheduler,
            Outbox outbox,
            NotifierRegistry notifiers,
            SenseLimits limits) {
        this.parser = parser;
        this.storedChecks = new Definitions(database, "check");
        this.storedNotifiers = new Definitions(database, "notifier");
        this.monitor = monitor;
        this.scheduler = scheduler;
        this.outbox = outbox;
        this.notifiers = notifiers;
        this.validator = new DefinitionValidator(limits);
    }

    /// Replaces the definitions by those of the file and of the database.
    ///
    /// @throws InvalidSenseException if the definitions contradict each other; nothing is changed then
    public synchronized void load(SenseConfiguration configuration) throws InvalidSenseException {
        Map<String, NotifierDefinition> allNotifiers = new LinkedHashMap<>();
        Map<String, CheckDefinition> allChecks = new LinkedHashMap<>();
        storedNotifiers
                .all()
                .forEach((name, json) -> stored(name, () -> parser.notifier(SenseJson.object(json)))
                        .ifPresent(definition -> allNotifiers.put(name, definition)));
        storedChecks
                .all()
                .forEach((name, json) -> stored(name, () -> parser.check(SenseJson.object(json)))
                        .ifPresent(definition -> allChecks.put(name, definition)));
        configuration.notifiers().forEach(definition -> allNotifiers.put(definition.name(), definition));
        configuration.checks().forEach(definition -> allChecks.put(definition.name(), definition));
        Map<String, CheckDefinition> named = expanded(allChecks);
        for (var entry : allChecks.entrySet())
            entry.setValue(withoutMissing(entry.getValue(), named, allNotifiers.keySet()));
        Map<String, CheckDefinition> wanted = expanded(allChecks);
        validator.requireConsistent(wanted, allNotifiers.keySet());
        file = configuration;
        for (String name : notifiers.names()) if (!allNotifiers.containsKey(name)) dropNotifier(name);
        allNotifiers.values().forEach(this::useNotifier);
        defined = allChecks;
        apply(wanted);
        outbox.wake(); // Handles entries of a notifier that was removed from the file while Sense was not running.
    }

    /// Adds the checks that definitions with server patterns create, unless there is a check of the same
    /// name.
    private static Map<String, CheckDefinition> expanded(Map<String, CheckDefinition> defined) {
        Map<String, CheckDefinition> all = new LinkedHashMap<>(defined);
        for (CheckDefinition definition : defined.values())
            for (CheckDefinition each : definition.expanded()) all.putIfAbsent(each.name(), each);
        return all;
    }

    private interface Reading<T> {
        T read() throws InvalidSenseException;
    }

    /// Skips and reports a definition that this version no longer accepts; it stays in the database.
    private static <T> Optional<T> stored(String name, Reading<T> reading) {
        try {
            return Optional.of(reading.read());
        } catch (InvalidSenseException | IllegalArgumentException invalid) {
            LOG.log(
                    Level.ERROR,
                    "a stored definition is invalid and not used name=" + LogField.quoted(name) + " reason="
                            + LogField.quoted(invalid.getMessage()));
            return Optional.empty();
        }
    }

    /// Returns a stored check without the names of checks and notifiers that do not exist, for example because
    /// they were removed from the file; the database keeps them. A check without a notifier left alerts all,
    /// which is better than no alert. Checks of the file stay unchanged.
    private CheckDefinition withoutMissing(
            CheckDefinition check, Map<String, CheckDefinition> checks, Set<String> notifiers)
            throws InvalidSenseException {
        Set<String> goneChecks = new TreeSet<>(check.rules().dependsOn());
        goneChecks.removeIf(each -> DefinitionValidator.found(each, checks).isPresent());
        Set<String> goneNotifiers = new TreeSet<>(check.notifiers());
        goneNotifiers.removeIf(notifiers::contains);
        if (check.isInFile() || (goneChecks.isEmpty() && goneNotifiers.isEmpty())) return check;
        LOG.log(
                Level.ERROR,
                "a stored check names what does not exist, and is used without it name="
                        + LogField.quoted(check.name()) + " depends_on=" + LogField.quoted(goneChecks) + " notify="
                        + LogField.quoted(goneNotifiers));
        Map<String, Object> values = new LinkedHashMap<>(check.values());
        values.put("depends_on", remaining(check.rules().dependsOn(), goneChecks));
        values.put("notify", remaining(check.notifiers(), goneNotifiers));
        return parser.check(values);
    }

    private static List<String> remaining(Collection<String> names, Set<String> gone) {
        return names.stream().filter(each -> !gone.contains(each)).sorted().toList();
    }

    /// Adds or changes a check from a page or the API, as [#putCheck(String, Map)] does.
    ///
    /// @throws EditConflictException if the check does not have the expected version
    public synchronized CheckDefinition putCheck(String name, Map<String, Object> given, Precondition expected)
            throws InvalidSenseException, EditConflictException {
        if (!expected.permits(storedChecks.version(name))) throw new EditConflictException(name);
        return putCheck(name, given);
    }

    /// Returns the version of a check from a page or the API; empty if there is none.
    public Optional<String> checkVersion(String name) {
        return storedChecks.version(name);
    }

    /// Adds or changes a check from a page or the API. Values that are [hidden][Secret#HIDDEN] stay
    /// unchanged.
    ///
    /// @throws InvalidSenseException if there is a mistake, or the file defines a check of this name
    private CheckDefinition putCheck(String name, Map<String, Object> given) throws InvalidSenseException {
        Map<String, Object> values = changed(name, given, monitor.definition(name));
        CheckDefinition definition = parser.check(values);
        Map<String, CheckDefinition> all = new LinkedHashMap<>(defined);
        all.put(name, definition);
        Map<String, CheckDefinition> wanted = expanded(all);
        validator.requireConsistent(wanted, new HashSet<>(notifiers.names()));
        storedChecks.put(name, json(values));
        defined = all;
        apply(wanted);
        return definition;
    }

    private static String json(Map<String, Object> values) throws InvalidSenseException {
        String json = SenseJson.write(values);
        if (json.length() <= DEFINITION_MAX) return json;
        throw DefinitionValidator.fault("name", "has a definition of more than " + DEFINITION_MAX + " characters");
    }

    /// Returns the new values of a definition; hidden values stay unchanged.
    private static Map<String, Object> changed(
            String name, Map<String, Object> given, Optional<? extends Definition> old) throws InvalidSenseException {
        Map<String, Object> values = withoutNulls(given);
        values.put("name", name);
        if (old.isEmpty()) return values;
        requireEditable(old.get());
        return Secret.restored(values, old.get().values(), old.get().type().secrets());
    }

    /// Returns the values that are set: many programs write null for a key without a value.
    private static Map<String, Object> withoutNulls(Map<String, Object> given) {
        Map<String, Object> values = new LinkedHashMap<>(given);
        values.values().removeIf(Objects::isNull);
        return values;
    }

    private static void requireEditable(Definition definition) throws InvalidSenseException {
        if (definition.isInFile()) throw DefinitionValidator.fault("name", "is defined in the file: change it there");
    }

    /// @return false if there is no such check
    /// @throws InvalidSenseException if the file defines it, or another check depends on it
    public synchronized boolean removeCheck(String name) throws InvalidSenseException {
        Optional<CheckDefinition> old = monitor.definition(name);
        if (old.isEmpty()) return false;
        requireEditable(old.get());
        if (!old.get().madeBy().isEmpty())
            throw DefinitionValidator.fault(
                    "name", "is of a server that matches '" + old.get().madeBy() + "': change that");
        Map<String, CheckDefinition> all = new LinkedHashMap<>(defined);
        all.remove(name);
        Map<String, CheckDefinition> wanted = expanded(all);
        for (CheckDefinition other : wanted.values()) {
            if (other.rules().dependsOn().stream()
                    .anyMatch(each -> DefinitionValidator.found(each, wanted).isEmpty()))
                throw DefinitionValidator.fault("name", "is what '" + other.name() + "' depends on: change that first");
        }
        storedChecks.remove(name);
        defined = all;
        apply(wanted);
        return true;
    }

    /// Returns the version of a notifier from a page or the API; empty if there is none.
    public Optional<String> notifierVersion(String name) {
        return storedNotifiers.version(name);
    }

    /// Adds or changes a notifier from a page or the API.
    ///
    /// @throws EditConflictException if the notifier does not have the expected version
    public synchronized NotifierDefinition putNotifier(String name, Map<String, Object> given, Precondition expected)
            throws InvalidSenseException, EditConflictException {
        if (!expected.permits(storedNotifiers.version(name))) throw new EditConflictException(name);
        Map<String, Object> values = changed(name, given, notifiers.find(name));
        NotifierDefinition definition = parser.notifier(values);
        Set<String> all = new HashSet<>(notifiers.names());
        all.add(name);
        validator.requireRoom(all);
        storedNotifiers.put(name, json(values));
        useNotifier(definition);
        return definition;
    }

    /// @return false if there is no such notifier
    /// @throws InvalidSenseException if the file defines it, or a check names it
    public synchronized boolean removeNotifier(String name) throws InvalidSenseException {
        Optional<NotifierDefinition> old = notifiers.find(name);
        if (old.isEmpty()) return false;
        requireEditable(old.get());
        for (CheckDefinition check : monitor.definitions()) {
            if (check.notifiers().contains(name))
                throw DefinitionValidator.fault("name", "is named by '" + check.name() + "': change that first");
        }
        storedNotifiers.remove(name);
        dropNotifier(name);
        return true;
    }

    /// Adds the checks of a server that has reported for the first time: those of matching patterns and,
    /// unless a check of the server or of its name exists, one for the server alone.
    ///
    /// @return why the server is not watched; empty if it is
    public synchronized Optional<String> watchServer(String server) {
        try {
            Map<String, CheckDefinition> wanted = expanded(defined);
            validator.requireConsistent(wanted, notifiers.names());
            apply(wanted);
            if (isWatched(server)) return Optional.empty();
            putCheck(server, Map.of("type", "server"));
            LOG.log(Level.INFO, "a server reports, and is watched from now on name=" + LogField.quoted(server));
            return Optional.empty();
        } catch (InvalidSenseException full) {
            return Optional.of(String.valueOf(full.getMessage()));
        }
    }

    private boolean isWatched(String server) {
        return monitor.definitions().stream()
                .anyMatch(each -> each.name().equals(server)
                        || (each.check() instanceof PresenceCheck && each.isOfServer(server)));
    }

    /// Removes the checks that patterns created for servers which are now forgotten.
    public synchronized void forgetServers() {
        apply(expanded(defined));
    }

    /// Replaces the running checks by these.
    private void apply(Map<String, CheckDefinition> wanted) {
        Map<String, CheckDefinition> present = new LinkedHashMap<>();
        monitor.definitions().forEach(each -> present.put(each.name(), each));
        for (String name : present.keySet()) {
            if (wanted.containsKey(name)) continue;
            scheduler.remove(name);
            monitor.remove(name);
        }
        List<CheckDefinition> changed = wanted.values().stream()
                .filter(each -> !each.isSame(present.get(each.name())))
                .toList();
        if (changed.isEmpty()) return;
        monitor.putAll(changed);
        changed.forEach(each -> scheduler.put(each.name(), each.interval().toMillis()));
        // A check with an interval of a day should show at once whether it was corrected.
        changed.stream().map(CheckDefinition::name).filter(present::containsKey).forEach(scheduler::soon);
    }

    private void useNotifier(NotifierDefinition definition) {
        boolean isSame = notifiers
                .find(definition.name())
                .filter(old -> old.values().equals(definition.values()))
                .isPresent();
        if (!isSame) outbox.put(definition.name(), definition.notifier());
        notifiers.put(definition); // Its entries in the outbox need its thread.
    }

    private void dropNotifier(String name) {
        notifiers.remove(name);
        outbox.remove(name);
    }

    /// Returns the contents of the file.
    public synchronized SenseConfiguration file() {
        return file;
    }

    /// Reads a check without using it, for a test run.
    ///
    /// @param old the definition whose hidden values are used
    public CheckDefinition read(Map<String, Object> given, Optional<CheckDefinition> old) throws InvalidSenseException {
        Map<String, Object> values = withoutNulls(given);
        return parser.check(old.map(each ->
                        Secret.restored(values, each.values(), each.type().secrets()))
                .orElse(values));
    }
}
