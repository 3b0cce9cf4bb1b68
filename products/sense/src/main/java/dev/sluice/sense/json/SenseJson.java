package dev.sluice.sense.json;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes JSON objects as maps that keep the order of keys.
public final class SenseJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SenseJson() {}

    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// @throws IllegalArgumentException if the text is not a JSON object
    public static Map<String, Object> object(String text) {
        try {
            if (MAPPER.readValue(text, Object.class) instanceof Map<?, ?> map) {
                Map<String, Object> all = new LinkedHashMap<>();
                map.forEach((key, value) -> all.put(String.valueOf(key), value));
                return all;
            }
            throw new IllegalArgumentException("it is not a JSON object");
        } catch (JacksonException invalid) {
            throw new IllegalArgumentException("it is not JSON: " + invalid.getOriginalMessage(), invalid);
        }
    }
}
