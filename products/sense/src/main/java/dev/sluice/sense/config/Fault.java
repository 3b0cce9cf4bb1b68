package dev.sluice.sense.config;

/// A mistake in a configuration.
///
/// @param place   the file with line and column, `sense.toml:3:1`; empty for JSON
/// @param key     the key, for example `check.interval`
/// @param message the rest of a sentence that begins with the key
public record Fault(String place, String key, String message) {
    @Override
    public String toString() {
        String sentence = "'" + key + "' " + message + ".";
        return place.isEmpty() ? sentence : place + ": " + sentence;
    }
}
