package dev.sluice.app.config;

import dev.sluice.core.budget.Budget;
import java.util.ArrayList;
import java.util.List;

/// Writes a configuration as a file that would give the same, each line with a comment that says where it comes from.
final class Printed {
    private record Line(String text, Source source) {}

    private final StringBuilder text = new StringBuilder();

    private Printed() {}

    static String of(Values values, ChannelRules rules) {
        var printed = new Printed();
        printed.tables(values);
        printed.text.append(HeapBudget.printed(values, Budget.heapBytes()));
        for (var rule : rules.all()) printed.rule(rule);
        return printed.text.toString();
    }

    private void tables(Values values) {
        var table = "";
        var lines = new ArrayList<Line>();
        for (var setting : Settings.ALL) {
            if (!setting.table().equals(table)) {
                print(lines);
                lines.clear();
                table = setting.table();
                text.append("\n[").append(table).append("]\n");
            }
            // A default that follows the heap or the disk goes on doing so where this is taken for a file.
            var isFollowing = !values.has(setting)
                    && (HeapBudget.of(setting).isPresent() || StorageTable.FOLLOWING_DISK.contains(setting));
            lines.add(line((isFollowing ? "# " : "") + setting.name(), setting, values));
        }
        print(lines);
    }

    /// A rule has no defaults to show: what it does not say, it does not limit.
    private void rule(ChannelRule rule) {
        text.append("\n[[channel]]\n");
        print(ChannelRule.ALL.stream()
                .filter(rule.values()::has)
                .map(setting -> line(setting.key(), setting, rule.values()))
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
