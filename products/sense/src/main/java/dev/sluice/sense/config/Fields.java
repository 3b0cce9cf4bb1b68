package dev.sluice.sense.config;

import dev.sluice.sense.text.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The values of one table of a configuration, by key. Each method reads one key. A mistake is collected
/// instead of thrown, and the method then returns a default, so that all mistakes are reported together.
public final class Fields {
    /// The maximum length of a text: long enough for an address or a body.
    private static final int TEXT_MAX = 8192;

    /// The maximum number of elements in a list or table.
    private static final int ELEMENTS_MAX = 100;

    private final Map<String, ?> values;
    private final BiConsumer<String, String> faults;
    private final Set<String> known = new HashSet<>();
    private final Set<String> reported = new HashSet<>();

    /// @param faults receives the key and the message of each mistake
    public Fields(Map<String, ?> values, BiConsumer<String, String> faults) {
        this.values = values;
        this.faults = faults;
    }

    private @Nullable Object value(String key) {
        known.add(key);
        return values.get(key);
    }

    public boolean has(String key) {
        known.add(key);
        return values.get(key) != null;
    }

    /// Reports a mistake.
    public void fault(String key, String message) {
        if (reported.add(key + " " + message))
            faults.accept(key, message); // A key may be read twice, but its mistake is reported once.
    }

    /// Reads a required text.
    public String text(String key) {
        Object value = value(key);
        if (value == null || (value instanceof String text && text.isBlank())) fault(key, "is missing");
        return value == null ? "" : text(key, value);
    }

    public String text(String key, String otherwise) {
        Object value = value(key);
        return value == null ? otherwise : text(key, value);
    }

    private String text(String key, Object value) {
        if (value instanceof Long || value instanceof Integer) return value.toString(); // `expect_status = 200`
        if (value instanceof String text) {
            if (text.length() <= TEXT_MAX) return text;
            fault(key, "may have at most " + TEXT_MAX + " characters");
        } else {
            fault(key, "takes a text");
        }
        return "";
    }

    /// Reads a text and converts it.
    ///
    /// @param parser throws [IllegalArgumentException] with the reason if the text is invalid
    public <T> Optional<T> parsed(String key, Function<String, T> parser) {
        if (!has(key)) return Optional.empty();
        String text = text(key, "");
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException invalid) {
            fault(key, "is invalid: " + invalid.getMessage());
            return Optional.empty();
        }
    }

    /// Reads a duration such as `500ms`, `10s`, `5m`, `2h` or `7d`.
    public Duration time(String key, Duration otherwise, Duration min, Duration max) {
        Duration time = parsed(key, Times::parse).orElse(otherwise);
        if (time.compareTo(min) >= 0 && time.compareTo(max) <= 0) return time;
        fault(key, "takes " + Times.text(min) + " to " + Times.text(max));
        return otherwise;
    }

    public int integer(String key, int otherwise, int min, int max) {
        Object value = value(key);
        if (value == null) return otherwise;
        if (value instanceof Number number
                && number.doubleValue() == number.longValue()
                && number.longValue() >= min
                && number.longValue() <= max) return number.intValue();
        fault(key, "takes a whole number from " + min + " to " + max);
        return otherwise;
    }

    public boolean flag(String key, boolean otherwise) {
        Object value = value(key);
        if (value == null) return otherwise;
        if (value instanceof Boolean flag) return flag;
        fault(key, "takes true or false");
        return otherwise;
    }

    public List<String> texts(String key) {
        Object value = value(key);
        if (value == null) return List.of();
        List<String> all = new ArrayList<>();
        if (value instanceof List<?> list && list.size() <= ELEMENTS_MAX) {
            for (Object each : list) if (each instanceof String text && text.length() <= TEXT_MAX) all.add(text);
            if (all.size() == list.size()) return all;
        }
        fault(key, "takes a list of at most " + ELEMENTS_MAX + " texts");
        return List.of();
    }

    /// Reads a table of texts, numbers and booleans; all become texts.
    public Map<String, String> table(String key) {
        Object value = value(key);
        if (value == null) return Map.of();
        Map<String, String> all = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map && map.size() <= ELEMENTS_MAX) {
            map.forEach((name, each) -> {
                if (each instanceof String || each instanceof Number || each instanceof Boolean)
                    all.put(String.valueOf(name), each.toString());
            });
            if (all.size() == map.size()) return all;
        }
        fault(key, "takes a table of at most " + ELEMENTS_MAX + " texts");
        return Map.of();
    }

    /// Reads one of these words.
    public String choice(String key, String otherwise, List<String> words) {
        String word = text(key, otherwise);
        if (words.contains(word)) return word;
        fault(key, "takes one of: " + String.join(", ", words));
        return otherwise;
    }

    /// Reports each key that was not read.
    public void rejectUnknown() {
        for (String key : values.keySet()) {
            if (known.contains(key)) continue;
            fault(
                    key,
                    "is not a key here; the keys are "
                            + String.join(", ", known.stream().sorted().toList()));
        }
    }
}
