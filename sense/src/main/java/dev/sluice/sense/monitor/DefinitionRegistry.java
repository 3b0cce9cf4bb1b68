package dev.sluice.sense.monitor;

import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.Definition;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.Fault;
import dev.sluice.sense.config.InvalidSense;
import dev.sluice.sense.config.NotifierDefinition;
import dev.sluice.sense.config.Secret;
import dev.sluice.sense.config.SenseConfiguration;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.notify.Outbox;
import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.server.PresenceCheck;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.state.StateMachine;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.Definitions;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All definitions: those of the file, and those that people made, which are in the database. A name in the file hides
/// the same name in the database. Safe for use by many threads.
public final class DefinitionRegistry {
    /// The most checks and notifiers together, of the file and of people.
    private static final int DEFINITIONS_MAX = 20_000;

    /// The longest definition, as JSON.
    private static final int DEFINITION_MAX = 64 * 1024;

    /// The most notifiers among them: each has a thread.
    static final int NOTIFIERS_MAX = 200;

    private static final System.Logger LOG = System.getLogger(DefinitionRegistry.class.getName());

    private final DefinitionParser parser;
    private final Definitions storedChecks;
    private final Definitions storedNotifiers;
    private final Monitor monitor;
    private final Scheduler scheduler;
    private final Outbox outbox;
    private final NotifierRegistry notifiers;
    private SenseConfiguration file = SenseConfiguration.NONE;

    public DefinitionRegistry(
            DefinitionParser parser,
            Database database,
            Monitor monitor,
            Scheduler scheduler,
            Outbox outbox,
            NotifierRegistry notifiers) {
        this.parser = parser;
        this.storedChecks = new Definitions(database, "check");
        this.storedNotifiers = new Definitions(database, "notifier");
        this.monitor = monitor;
        this.scheduler = scheduler;
        this.outbox = outbox;
        this.notifiers = notifiers;
    }

    /// Takes over the contents of the file, and all that is in the database.
    ///
    /// @throws InvalidSense if the definitions contradict each other; nothing was taken over then
    public synchronized void load(SenseConfiguration configuration) throws InvalidSense {
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
        requireConsistent(allChecks, allNotifiers.keySet());
        file = configuration;
        for (String name : notifiers.names()) if (!allNotifiers.containsKey(name)) dropNotifier(name);
        allNotifiers.values().forEach(this::useNotifier);
        for (CheckDefinition old : monitor.definitions()) if (!allChecks.containsKey(old.name())) dropCheck(old.name());
        useChecks(allChecks.values());
        outbox.wake(); // Entries of a notifier that left the file while Sense was not running.
    }

    private interface Reading<T> {
        T read() throws InvalidSense;
    }

    /// A definition that this version no longer accepts is reported and left out; it stays in the database.
    private static <T> Optional<T> stored(String name, Reading<T> reading) {
        try {
            return Optional.of(reading.read());
        } catch (InvalidSense | IllegalArgumentException invalid) {
            LOG.log(
                    Level.ERROR,
                    "a stored definition is invalid and not used name=" + name + " reason=" + invalid.getMessage());
            return Optional.empty();
        }
    }

    private static void requireConsistent(Map<String, CheckDefinition> checks, Set<String> notifiers)
            throws InvalidSense {
        if (checks.size() + notifiers.size() > DEFINITIONS_MAX)
            throw fault("check", "has too many entries: at most " + DEFINITIONS_MAX + " checks and notifiers");
        requireRoom(notifiers);
        for (CheckDefinition check : checks.values()) {
            for (String other : check.rules().dependsOn()) {
                if (!checks.containsKey(other))
                    throw fault(
                            "check.depends_on", "of '" + check.name() + "' names '" + other + "', which is no check");
            }
            for (String notifier : check.notifiers()) {
                if (!notifiers.contains(notifier))
                    throw fault(
                            "check.notify", "of '" + check.name() + "' names '" + notifier + "', which is no notifier");
            }
        }
        try {
            Map<String, Rules> rules = new LinkedHashMap<>();
            checks.forEach((name, check) -> rules.put(name, check.rules()));
            StateMachine.requireSound(rules);
        } catch (IllegalArgumentException unsound) {
            throw fault("check.depends_on", "can't be followed: " + unsound.getMessage());
        }
    }

    private static void requireRoom(Set<String> notifiers) throws InvalidSense {
        if (notifiers.size() > NOTIFIERS_MAX) throw fault("notifier", "has too many entries: at most " + NOTIFIERS_MAX);
    }

    private static InvalidSense fault(String key, String message) {
        return new InvalidSense(List.of(new Fault("", key, message)));
    }

    /// Adds a check of the page or the API, or changes it. Values that are [hidden][Secret#HIDDEN] stay as they were.
    ///
    /// @throws InvalidSense if there is a mistake, or the file defines a check of this name
    public synchronized CheckDefinition putCheck(String name, Map<String, Object> given) throws InvalidSense {
        Map<String, Object> values = changed(name, given, monitor.definition(name));
        CheckDefinition definition = parser.check(values);
        Map<String, CheckDefinition> all = new LinkedHashMap<>();
        monitor.definitions().forEach(each -> all.put(each.name(), each));
        all.put(name, definition);
        requireConsistent(all, new HashSet<>(notifiers.names()));
        storedChecks.put(name, json(values));
        useChecks(List.of(definition));
        return definition;
    }

    private static String json(Map<String, Object> values) throws InvalidSense {
        String json = SenseJson.write(values);
        if (json.length() <= DEFINITION_MAX) return json;
        throw fault("name", "has a definition of more than " + DEFINITION_MAX + " characters");
    }

    /// The values that a definition is to have: those that are hidden stay as they were.
    private static Map<String, Object> changed(
            String name, Map<String, Object> given, Optional<? extends Definition> old) throws InvalidSense {
        Map<String, Object> values = new LinkedHashMap<>(given);
        values.put("name", name);
        if (old.isEmpty()) return values;
        requireEditable(old.get());
        return Secret.restored(values, old.get().values(), old.get().type().secrets());
    }

    private static void requireEditable(Definition definition) throws InvalidSense {
        if (definition.isInFile()) throw fault("name", "is defined in the file: change it there");
    }

    /// @return false if there is no such check
    /// @throws InvalidSense if the file defines it, or another check depends on it
    public synchronized boolean removeCheck(String name) throws InvalidSense {
        Optional<CheckDefinition> old = monitor.definition(name);
        if (old.isEmpty()) return false;
        requireEditable(old.get());
        for (CheckDefinition other : monitor.definitions()) {
            if (other.rules().dependsOn().contains(name))
                throw fault("name", "is what '" + other.name() + "' depends on: change that first");
        }
        storedChecks.remove(name);
        dropCheck(name);
        return true;
    }

    /// Adds a notifier of the page or the API, or changes it.
    public synchronized NotifierDefinition putNotifier(String name, Map<String, Object> given) throws InvalidSense {
        Map<String, Object> values = changed(name, given, notifiers.find(name));
        NotifierDefinition definition = parser.notifier(values);
        Set<String> all = new HashSet<>(notifiers.names());
        all.add(name);
        requireRoom(all);
        storedNotifiers.put(name, json(values));
        useNotifier(definition);
        return definition;
    }

    /// @return false if there is no such notifier
    /// @throws InvalidSense if the file defines it, or a check names it
    public synchronized boolean removeNotifier(String name) throws InvalidSense {
        Optional<NotifierDefinition> old = notifiers.find(name);
        if (old.isEmpty()) return false;
        requireEditable(old.get());
        for (CheckDefinition check : monitor.definitions()) {
            if (check.notifiers().contains(name))
                throw fault("name", "is named by '" + check.name() + "': change that first");
        }
        storedNotifiers.remove(name);
        dropNotifier(name);
        return true;
    }

    /// Adds a check of a server that has reported for the first time, unless there is one of it, or of its name.
    public synchronized void watchServer(String server) {
        boolean isWatched = monitor.definitions().stream()
                .anyMatch(each -> each.name().equals(server)
                        || (each.check() instanceof PresenceCheck && each.isOfServer(server)));
        if (isWatched) return;
        try {
            putCheck(server, Map.of("type", "server"));
            LOG.log(Level.INFO, "a server reports, and is watched from now on name=" + server);
        } catch (InvalidSense invalid) {
            LOG.log(
                    Level.WARNING,
                    "a server reports and can't be watched name=" + server + ": " + invalid.getMessage());
        }
    }

    private void useChecks(Collection<CheckDefinition> definitions) {
        List<String> changed = definitions.stream()
                .filter(this::isChange)
                .map(CheckDefinition::name)
                .toList();
        monitor.putAll(definitions);
        definitions.forEach(each -> scheduler.put(each.name(), each.interval().toMillis()));
        changed.forEach(scheduler::soon); // A check that runs once a day shall show now whether it was mended.
    }

    private boolean isChange(CheckDefinition definition) {
        return monitor.definition(definition.name())
                .filter(old -> !old.values().equals(definition.values()))
                .isPresent();
    }

    private void dropCheck(String name) {
        scheduler.remove(name);
        monitor.remove(name);
    }

    private void useNotifier(NotifierDefinition definition) {
        boolean isSame = notifiers
                .find(definition.name())
                .filter(old -> old.values().equals(definition.values()))
                .isPresent();
        if (!isSame) outbox.put(definition.name(), definition.notifier());
        notifiers.put(definition); // An entry of it needs its thread.
    }

    private void dropNotifier(String name) {
        notifiers.remove(name);
        outbox.remove(name);
    }

    /// Returns what the file has.
    public synchronized SenseConfiguration file() {
        return file;
    }

    /// Reads a check without using it, for "try now".
    ///
    /// @param old the definition whose hidden values it keeps
    public CheckDefinition read(Map<String, Object> values, Optional<CheckDefinition> old) throws InvalidSense {
        return parser.check(old.map(each ->
                        Secret.restored(values, each.values(), each.type().secrets()))
                .orElse(values));
    }
}
