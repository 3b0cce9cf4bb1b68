package dev.sluice.app.config;

import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads a list of tables of the file, each begun with a name in two brackets or written inline, and collects mistakes.
final class ListReader {
    /// Checks and takes the entry of one table.
    interface Entries {
        /// @param at the position of the table's beginning
        void add(Values values, TomlPosition at);
    }

    /// The most entries of a list, as these lists are searched for each channel or caller.
    private static final int ENTRIES_MAX = 1_000;

    private final String file;
    private final String name;
    private final String plural;
    private final List<Setting<?>> known;
    private final List<Fault> faults;

    /// @param name   the name of the list in the file
    /// @param plural the plural name of its entries, for messages
    /// @param known  the settings of an entry
    /// @param faults receives the mistakes
    ListReader(String file, String name, String plural, List<Setting<?>> known, List<Fault> faults) {
        this.file = file;
        this.name = name;
        this.plural = plural;
        this.known = known;
        this.faults = faults;
    }

    /// Reads all entries whose values are valid, in order.
    void read(TomlTable top, Entries entries) {
        var value = top.get(List.of(name));
        var position = top.inputPositionOf(List.of(name));
        if (value == null || position == null) return;
        if (!(value instanceof TomlArray array)) {
            fault(position, noList());
            return;
        }
        if (array.size() > ENTRIES_MAX) {
            fault(
                    position,
                    String.format(
                            Locale.ROOT,
                            "'%s' has %d %s, at most %d are read.",
                            name,
                            array.size(),
                            plural,
                            ENTRIES_MAX));
        }
        for (int i = 0; i < Math.min(array.size(), ENTRIES_MAX); i++) {
            var at = array.inputPositionOf(i);
            if (array.get(i) instanceof TomlTable table) read(table, at, entries);
            else fault(at, noList());
        }
    }

    private void read(TomlTable table, TomlPosition at, Entries entries) {
        int faultsBefore = faults.size();
        var values = new TableReader(file, name + ".", known, Set.of(), faults).read(table);
        if (faults.size() == faultsBefore) entries.add(values, at); // Checks would only see half of a faulty one.
    }

    private String noList() {
        return "'%1$s' is a list of %2$s: begin each with [[%1$s]], in two brackets.".formatted(name, plural);
    }

    void fault(TomlPosition position, String message) {
        faults.add(new Fault(file, position.line(), position.column(), message));
    }
}
