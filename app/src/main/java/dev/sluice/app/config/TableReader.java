package dev.sluice.app.config;

import dev.sluice.config.Settings;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Source;
import dev.sluice.config.setting.Values;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads a table of the file and its inner tables key by key, and collects mistakes instead of stopping.
final class TableReader {
    private final String file;
    private final String above;
    private final List<Setting<?>> known;
    private final Set<String> tables = new LinkedHashSet<>();
    private final Set<String> others;
    private final List<Fault> faults;
    private Values values = Values.NONE;

    /// @param above  the name of the table and a dot; empty for the top of the file
    /// @param others keys besides the settings, which are read elsewhere
    /// @param faults receives the mistakes
    TableReader(String file, String above, List<Setting<?>> known, Set<String> others, List<Fault> faults) {
        this.file = file;
        this.above = above;
        this.known = known;
        this.others = others;
        this.faults = faults;
        known.stream().map(Setting::table).filter(table -> !table.isEmpty()).forEach(tables::add);
    }

    /// Reads the valid values of a table.
    Values read(TomlTable table) {
        read(table, "");
        return values;
    }

    private void read(TomlTable table, String path) {
        for (var name : table.keySet()) {
            var value = table.get(List.of(name));
            var position = table.inputPositionOf(List.of(name));
            if (value == null || position == null || (path.isEmpty() && others.contains(name))) continue;
            var key = path + name;
            var setting = setting(key);
            if (isList(path, name, value))
                fault(position, "'%1$s' begins a list of its own: write [[%1$s]], in two brackets.".formatted(name));
            else if (name.contains("."))
                fault(position, unknown(key, value)); // A quoted key with a dot is a single name.
            else if (setting.isPresent()) read(setting.get(), value, position);
            else if (!tables.contains(key)) fault(position, unknown(key, value));
            else if (value instanceof TomlTable inner) read(inner, key + ".");
            else
                fault(
                        position,
                        "'%s' is a table: write [%s], and its keys in the lines below.".formatted(key, above + key));
        }
    }

    /// Returns true if this is one of the file's lists, which TOML placed in the entry of a list above it.
    private boolean isList(String path, String name, Object value) {
        return !above.isEmpty()
                && path.isEmpty()
                && ConfigurationFile.LISTS.contains(name)
                && value instanceof TomlArray array
                && array.toList().stream().anyMatch(TomlTable.class::isInstance);
    }

    private <T> void read(Setting<T> setting, Object value, TomlPosition position) {
        var read = ValueReader.read(setting, value);
        if (read.isPresent()) values = values.with(setting, read.get(), new Source.Line(file, position.line()));
        else fault(position, ValueReader.mistake(setting, value));
    }

    private String unknown(String key, Object value) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        boolean isBelow = !above.isEmpty() || !name.equals(key);
        if (isBelow && Settings.ALL.stream().anyMatch(setting -> setting.key().equals(name))) {
            return "'%s' is for the top of the file: move it above the first line in brackets.".formatted(name);
        }
        var candidates = new ArrayList<>(tables);
        if (value instanceof TomlTable || value instanceof TomlArray) candidates.addAll(others);
        if (!(value instanceof TomlTable)) known.forEach(setting -> candidates.add(setting.key()));
        return Quoted.name(key) + " is not a key. "
                + Settings.meant(key, candidates)
                        .map(nearest -> "Did you mean '" + nearest + "'?")
                        .orElseGet(() -> "The keys are: " + String.join(", ", siblings(key)) + ".");
    }

    /// All valid keys in the place of this key.
    private Set<String> siblings(String key) {
        int tableLength = key.lastIndexOf('.') + 1;
        var all = new LinkedHashSet<String>();
        for (var setting : known) {
            var right = setting.key();
            if (!right.startsWith(key.substring(0, tableLength))) continue;
            int end = right.indexOf('.', tableLength);
            all.add(end < 0 ? right : right.substring(0, end));
        }
        if (tableLength == 0) all.addAll(others);
        return all;
    }

    private Optional<Setting<?>> setting(String key) {
        return known.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    private void fault(TomlPosition position, String message) {
        faults.add(new Fault(file, position.line(), position.column(), message));
    }
}
