package dev.sluice.app.config;

import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.server.http.head.Suggestion;
import java.util.List;
import java.util.Optional;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/// Reads values of TOML, and explains invalid ones.
final class ValueReader {
    private ValueReader() {}

    /// Reads the value of a setting; empty if it is invalid.
    static <T> Optional<T> read(Setting<T> setting, Object value) {
        return setting.kind().read(list(value));
    }

    /// The sentence about a value that [#read] refused.
    static String mistake(Setting<?> setting, Object value) {
        return "'%s' takes %s, not %s.".formatted(setting.key(), setting.kind().takes(), describe(setting, value))
                + suggestion(setting, value);
    }

    private static Object list(Object value) {
        return value instanceof TomlArray array ? array.toList() : value;
    }

    private static String suggestion(Setting<?> setting, Object value) {
        if (!(setting.kind() instanceof SettingType.Word<?> word) || !(value instanceof String wrong)) return "";
        return Suggestion.nearest(wrong, word.all())
                .map(nearest -> " Did you mean " + Quoted.text(nearest) + "?")
                .orElse("");
    }

    private static String describe(Setting<?> setting, Object value) {
        if (setting.kind() instanceof SettingType.Several<?> several && list(value) instanceof List<?> elements) {
            for (var element : elements) {
                if (several.element().read(element).isEmpty()) return "one with " + quoted(several.element(), element);
            }
            return "one of " + elements.size();
        }
        return quoted(setting.kind(), value);
    }

    private static String quoted(SettingType<?> kind, Object value) {
        return switch (value) {
            case TomlTable _ -> "a table";
            case TomlArray _ -> "a list";
            default -> kind.quote(value);
        };
    }
}
