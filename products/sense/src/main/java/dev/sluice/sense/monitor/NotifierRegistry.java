package dev.sluice.sense.monitor;

import dev.sluice.sense.config.NotifierDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/// The notifiers in use by name. Safe for use by many threads.
public final class NotifierRegistry {
    private final Map<String, NotifierDefinition> all = new ConcurrentSkipListMap<>();

    void put(NotifierDefinition definition) {
        all.put(definition.name(), definition);
    }

    void remove(String name) {
        all.remove(name);
    }

    public Set<String> names() {
        return Set.copyOf(all.keySet());
    }

    public Optional<NotifierDefinition> find(String name) {
        return Optional.ofNullable(all.get(name));
    }

    public Collection<NotifierDefinition> definitions() {
        return List.copyOf(all.values());
    }
}
