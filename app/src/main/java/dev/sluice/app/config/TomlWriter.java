package dev.sluice.app.config;

import dev.sluice.config.ChannelRule;
import dev.sluice.config.Configuration;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.HeapBudget;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.ListenEntry;
import dev.sluice.config.ListenTable;
import dev.sluice.config.Settings;
import dev.sluice.config.StorageTable;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Source;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.Budget;
import java.util.ArrayList;
import java.util.List;

/// Writes a configuration as a file, with the source of each line in a comment. Entries of keys contain no
/// secrets.
public final class TomlWriter {
    private record Line(String text, Source source) {}

    private final StringBuilder text = new StringBuilder();

    private TomlWriter() {}

    public static String of(Configuration configuration) {
        var values = configuration.values();
        var writer = new TomlWriter();
        writer.tables(values, configuration.listens().isEmpty() ? List.of() : ListenTable.SHORT_FORM);
        writer.text.append(HeapBudget.table(values, Budget.heapBytes()));
        for (var listen : configuration.listens()) writer.entry("listen", ListenEntry.ALL, listen.values());
        for (var rule : configuration.rules().all()) writer.entry("channel", ChannelRule.ALL, rule.values());
        for (var key : configuration.access().keys()) writer.entry("key", KeyEntry.ALL, key.values());
        for (var grant : configuration.access().grants()) writer.entry("grant", GrantEntry.ALL, grant.values());
        return writer.text.toString();
    }

    /// @param replaced the settings that a list replaces
    private void tables(Values values, List<Setting<?>> replaced) {
        var table = "";
        var lines = new ArrayList<Line>();
        for (var setting : Settings.ALL) {
            if (replaced.contains(setting)) continue;
            if (!setting.table().equals(table)) {
                print(lines);
                lines.clear();
                table = setting.table();
                text.append("\n[").append(table).append("]\n");
            }
            // A default that depends on the heap or the disk is commented out, so that it still does when
            // this output is used as a file.

            var isFollowing = !values.has(setting)
                    && (HeapBudget.of(setting).isPresent() || StorageTable.FOLLOWING_DISK.contains(setting));
            lines.add(line((isFollowing ? "# " : "") + setting.name(), setting, values));
        }
        print(lines);
    }

    /// Entries of lists have no defaults to print: a setting that is left out means no limit in a rule, and
    /// no permission in a key or grant.
    private void entry(String list, List<Setting<?>> settings, Values values) {
        text.append("\n[[").append(list).append("]]\n");
        print(settings.stream()
                .filter(values::has)
                .map(setting -> line(setting.key(), setting, values))
                .toList());
    }

    private static <T> Line line(String name, Setting<T> setting, Values values) {
        var value = values.value(setting);
        return new Line(name + " = " + setting.kind().write(value.value()), value.source());
    }

    private void print(List<Line> lines) {
        int width = lines.stream().mapToInt(line -> line.text().length()).max().orElse(0);
        for (var line : lines) {
            text.append(line.text()).repeat(" ", width - line.text().length());
            text.append("  # ").append(line.source().text()).append('\n');
        }
    }
}
