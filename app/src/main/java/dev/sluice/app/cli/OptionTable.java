package dev.sluice.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The options of a command, for a start without picocli, whose classes take a fifth of it. A plain command
/// line needs no more than this table. Picocli handles everything else with the same table: it prints the
/// help, completes, and explains mistakes.
public final class OptionTable {
    /// The place in the help of a command with annotated options as well, whose place is -1.
    private static final int BEFORE_ANNOTATED = -2;

    /// @param label the label of the value in the help; null for a flag, which has no value
    /// @param type  the type of the value; the option of an array may be repeated
    private record Entry(String name, @Nullable String label, Class<?> type, String description) {
        boolean isRepeatable() {
            return type.isArray();
        }

        OptionSpec spec() {
            var spec =
                    OptionSpec.builder(name).type(type).description(description).order(BEFORE_ANNOTATED);
            return (label == null ? spec : spec.paramLabel(label)).build();
        }
    }

    /// In the order of the help.
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /// Returns the values of an option; set by the parser that has read the command line.
    private Function<String, List<String>> read = _ -> List.of();

    public OptionTable flag(String name, String description) {
        return add(new Entry(name, null, boolean.class, description));
    }

    public OptionTable value(String name, String label, String description) {
        return add(new Entry(name, label, String.class, description));
    }

    public OptionTable file(String name, String description) {
        return add(new Entry(name, "FILE", Path.class, description));
    }

    public OptionTable repeatable(String name, String label, String description) {
        return add(new Entry(name, label, String[].class, description + " Repeatable."));
    }

    private OptionTable add(Entry entry) {
        entries.put(entry.name(), entry);
        return this;
    }

    /// Reads a command line that consists of options of this table, each once unless it may be repeated, with
    /// unambiguous values.
    ///
    /// @return false if the command line has other parts; then nothing was read, and picocli must read it
    public boolean readPlain(List<String> arguments) {
        var values = new HashMap<String, List<String>>();
        for (var rest = arguments.iterator(); rest.hasNext(); ) {
            var words = rest.next().split("=", 2);
            var entry = entries.get(words[0]);
            if (entry == null) return false;
            var those = values.computeIfAbsent(entry.name(), _ -> new ArrayList<>());
            if (!those.isEmpty() && !entry.isRepeatable()) return false;
            boolean isAttached = words.length > 1;
            if (entry.label() == null) {
                if (isAttached) return false;
                those.add("true");
                continue;
            }
            if (!isAttached && !rest.hasNext()) return false;
            var value = isAttached ? words[1] : rest.next();
            if (!isPlain(value)) return false;
            those.add(value);
        }
        read = name -> values.getOrDefault(name, List.of());
        return true;
    }

    /// Whether picocli takes this for a value wherever it stands, rather than for an option or the name of a file with
    /// arguments.
    private static boolean isPlain(String value) {
        return !value.isEmpty() && "-@".indexOf(value.charAt(0)) < 0;
    }

    /// Adds the options to a command, and takes what picocli reads for it.
    public CommandSpec addTo(CommandSpec command) {
        entries.values().forEach(each -> command.addOption(each.spec()));
        read = name -> entries.containsKey(name) ? command.findOption(name).stringValues() : List.of();
        return command;
    }

    /// The values as typed, in order; `true` for a given flag.
    public List<String> values(String name) {
        return read.apply(name);
    }

    public boolean has(String name) {
        return !values(name).isEmpty();
    }
}
