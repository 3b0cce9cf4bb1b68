package dev.sluice.app.config;

import dev.sluice.core.channel.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads the rules of the file, each a `[[channel]]`, and notes what is wrong.
final class RuleReader {
    static final String CHANNEL = "channel";

    /// Each is tried in turn when a channel comes into being.
    private static final int RULES_MAX = 1_000;

    private final String file;
    private final List<Fault> faults;
    private final LinkedHashMap<String, ChannelRule> rules = new LinkedHashMap<>();

    RuleReader(String file, List<Fault> faults) {
        this.file = file;
        this.faults = faults;
    }

    ChannelRules read(TomlTable top) {
        var value = top.get(List.of(CHANNEL));
        var position = top.inputPositionOf(List.of(CHANNEL));
        if (value == null || position == null) return ChannelRules.NONE;
        if (!(value instanceof TomlArray array)) {
            fault(position, "'channel' is a list of rules: begin each with [[channel]], in two brackets.");
            return ChannelRules.NONE;
        }
        if (array.size() > RULES_MAX)
            fault(position, "'channel' has %d rules, at most %d are read.".formatted(array.size(), RULES_MAX));
        for (int i = 0; i < Math.min(array.size(), RULES_MAX); i++) {
            var at = array.inputPositionOf(i);
            if (array.get(i) instanceof TomlTable rule) read(rule, at);
            else fault(at, "'channel' is a list of rules: begin each with [[channel]], in two brackets.");
        }
        return new ChannelRules(new ArrayList<>(rules.values()));
    }

    private void read(TomlTable table, TomlPosition at) {
        int faultsBefore = faults.size();
        var values = new Tables(file, CHANNEL + ".", ChannelRule.ALL, Set.of(), faults).read(table);
        if (faults.size() > faultsBefore) return; // What follows would be said of half a rule.
        var match = values.get(ChannelRule.MATCH);
        var earlier = rules.get(match);
        boolean hasBound = values.has(ChannelRule.BEHIND_EVENTS) || values.has(ChannelRule.BEHIND_BYTES);
        if (!values.has(ChannelRule.MATCH)) {
            fault(at, "This [[channel]] needs 'match', the channels that it is for, such as match = \"chat/**\".");
        } else if (earlier != null) {
            fault(
                    at,
                    "%s has a rule in line %d already, and the first one counts."
                            .formatted(Quoted.text(match), earlier.line().line()));
        } else if (hasBound && !values.has(ChannelRule.BEHIND_THEN)) {
            fault(
                    at,
                    "This [[channel]] says when a reader is too far behind, and not what it then gets: add 'behind.then'.");
        } else if (!hasBound && values.has(ChannelRule.BEHIND_THEN)) {
            fault(
                    at,
                    "This [[channel]] has 'behind.then', and not from where on: add 'behind.events' or 'behind.bytes'.");
        } else {
            rules.put(match, new ChannelRule(Pattern.of(match), values, new Source.Line(file, at.line())));
        }
    }

    private void fault(TomlPosition position, String message) {
        faults.add(new Fault(file, position.line(), position.column(), message));
    }
}
