package dev.sluice.config.setting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Explicit values of some settings, with their sources. Immutable; other settings have their defaults.
public final class Values {
    /// A value and its source.
    public record Value<T>(T value, Source source) {}

    public static final Values NONE = new Values(Map.of());

    /// The explicit values by the settings' keys.
    private final Map<String, Value<?>> explicit;

    private Values(Map<String, Value<?>> explicit) {
        this.explicit = explicit;
    }

    public <T> Values with(Setting<T> setting, T value, Source source) {
        var changed = new LinkedHashMap<>(explicit);
        changed.put(setting.key(), new Value<>(value, source));
        return new Values(changed);
    }

    /// @return these values, overridden by the other ones
    public Values overriddenBy(Values stronger) {
        var merged = new LinkedHashMap<>(explicit);
        merged.putAll(stronger.explicit);
        return new Values(merged);
    }

    /// @return these values, except that the given settings have their value from the other ones, or none if
    ///     those have none
    public Values following(Values others, List<Setting<?>> some) {
        var changed = new LinkedHashMap<>(explicit);
        for (var setting : some) {
            var value = others.explicit.get(setting.key());
            if (value == null) changed.remove(setting.key());
            else changed.put(setting.key(), value);
        }
        return new Values(changed);
    }

    public boolean has(Setting<?> setting) {
        return explicit.containsKey(setting.key());
    }

    public boolean hasAny(List<? extends Setting<?>> settings) {
        return settings.stream().anyMatch(this::has);
    }

    public <T> T get(Setting<T> setting) {
        return value(setting).value();
    }

    @SuppressWarnings("unchecked") // Only with() adds values, and it ties the value's type to the setting's.
    public <T> Value<T> value(Setting<T> setting) {
        var value = (Value<T>) explicit.get(setting.key());
        return value == null ? new Value<>(setting.standard(), new Source.Default()) : value;
    }
}
