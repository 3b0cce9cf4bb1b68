package dev.sluice.app.config;

import java.time.Duration;

/// Something that an operator may decide.
///
/// @param key      where it stands in the file: `table.name`, or a name alone at its top
/// @param kind     what it takes
/// @param standard what holds where nothing is said
/// @param about    what it is for and why so, for the documentation
public record Setting<T>(String key, Kind<T> kind, T standard, String about) {
    static Setting<Long> count(String key, long min, long max, long standard, String about) {
        return new Setting<>(key, new Kind.Whole(min, max), standard, about);
    }

    static Setting<Long> size(String key, long minBytes, long maxBytes, long standardBytes, String about) {
        return new Setting<>(key, new Kind.Size(minBytes, maxBytes), standardBytes, about);
    }

    static Setting<Duration> time(String key, Duration min, Duration max, Duration standard, String about) {
        return new Setting<>(key, new Kind.Time(min, max), standard, about);
    }

    /// The table that it stands in; empty for the top.
    String table() {
        return key.contains(".") ? key.substring(0, key.indexOf('.')) : "";
    }

    /// What it is called within its table.
    String name() {
        return key.substring(key.indexOf('.') + 1);
    }
}
