package dev.sluice.spring.boot;

import dev.sluice.Sluice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// Applies properties to an embedded hub. Spring's keys have `-` where those of `sluice.toml` have `_`.
final class HubSettings {
    private HubSettings() {}

    /// @throws IllegalArgumentException if there is no such setting, or a value is invalid: it names the
    ///     property
    static void apply(SluiceProperties properties, Sluice sluice) {
        properties
                .settings()
                .forEach((key, value) -> named("sluice.settings." + key, () -> sluice.set(name(key), value)));
        each("sluice.rules", "match", properties.rules(), (match, rule) -> sluice.rule(match, texts(rule)));
        each("sluice.keys", "kid", properties.keys(), sluice::key);
        each("sluice.grants", "to", properties.grants(), sluice::grant);
    }

    private static String name(String key) {
        return key.replace('-', '_');
    }

    private static void named(String property, Runnable action) {
        try {
            action.run();
        } catch (IllegalArgumentException reason) {
            throw new IllegalArgumentException(property + ": " + reason.getMessage(), reason);
        }
    }

    private static void each(
            String property,
            String id,
            List<Map<String, Object>> tables,
            BiConsumer<String, Map<String, Object>> action) {
        for (int i = 0; i < tables.size(); i++) {
            var table = flat("", tables.get(i));
            var name = table.remove(id);
            var place = property + "[" + i + "]";
            if (name == null) throw new IllegalArgumentException(place + ": '" + id + "' is missing");
            named(place, () -> action.accept(name.toString(), table));
        }
    }

    /// Turns nested maps into dotted keys, and maps of indexes, as Spring binds lists, into lists.
    private static Map<String, Object> flat(String prefix, Map<?, ?> table) {
        Map<String, Object> flat = new LinkedHashMap<>();
        table.forEach((key, value) -> {
            var name = prefix + name(key.toString());
            if (!(value instanceof Map<?, ?> inner)) flat.put(name, value);
            else if (isList(inner)) flat.put(name, items(inner));
            else flat.putAll(flat(name + ".", inner));
        });
        return flat;
    }

    private static boolean isList(Map<?, ?> map) {
        return map.keySet().stream().allMatch(key -> key.toString().matches("\\d{1,6}"));
    }

    private static List<Object> items(Map<?, ?> map) {
        var ordered = new TreeMap<Integer, Object>();
        map.forEach((index, item) -> ordered.put(Integer.valueOf(index.toString()), item));
        return List.copyOf(ordered.values());
    }

    private static Map<String, String> texts(Map<String, Object> table) {
        return table.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().toString()));
    }
}
