package dev.sluice.config.setting;

import java.time.Duration;

/// A setting of the hub.
///
/// @param key      its place in the file: `table.name`, `table.inner.name`, or just the name at the top
/// @param kind     the type of its value
/// @param standard its default
/// @param about    its description for the documentation
public record Setting<T>(String key, SettingType<T> kind, T standard, String about) {
    public static Setting<Long> count(String key, long min, long max, long standard, String about) {
        return new Setting<>(key, new SettingType.Whole(min, max), standard, about);
    }

    public static Setting<Long> size(String key, long minBytes, long maxBytes, long standardBytes, String about) {
        return new Setting<>(key, new SettingType.Size(minBytes, maxBytes), standardBytes, about);
    }

    public static Setting<Duration> time(String key, Duration min, Duration max, Duration standard, String about) {
        return new Setting<>(key, new SettingType.Time(min, max), standard, about);
    }

    /// The table of the file; empty for the top.
    public String table() {
        return key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
    }

    /// The name within its table.
    public String name() {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
