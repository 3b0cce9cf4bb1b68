package dev.sluice.app.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was said about some settings, and where. Immutable; settings that nobody spoke of have their default.
public final class Values {
    /// A value and where it comes from.
    record Value<T>(T value, Source source) {}

    static final Values NONE = new Values(Map.of());

    /// By the settings' keys.
    private final Map<String, Value<?>> said;

    private Values(Map<String, Value<?>> said) {
        this.said = said;
    }

    <T> Values with(Setting<T> setting, T value, Source source) {
        var changed = new LinkedHashMap<>(said);
        changed.put(setting.key(), new Value<>(value, source));
        return new Values(changed);
    }

    /// As these, with the other's where it says something.
    Values overriddenBy(Values stronger) {
        var merged = new LinkedHashMap<>(said);
        merged.putAll(stronger.said);
        return new Values(merged);
    }

    boolean has(Setting<?> setting) {
        return said.containsKey(setting.key());
    }

    boolean hasAny(List<? extends Setting<?>> settings) {
        return settings.stream().anyMatch(this::has);
    }

    public <T> T get(Setting<T> setting) {
        return value(setting).value();
    }

    @SuppressWarnings("unchecked") // with() is the only way in, and ties the value's type to the setting's.
    <T> Value<T> value(Setting<T> setting) {
        var value = (Value<T>) said.get(setting.key());
        return value == null ? new Value<>(setting.standard(), new Source.Default()) : value;
    }
}
