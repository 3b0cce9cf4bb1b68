package dev.sluice.app.config;

import dev.sluice.config.ChannelRule;
import dev.sluice.config.ChannelRules;
import dev.sluice.config.Fault;
import dev.sluice.config.Quoted;
import dev.sluice.core.channel.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads the rules of the file, each a `[[channel]]`, and collects mistakes.
final class RuleReader {
    static final String CHANNEL = "channel";

    /// A limit, because each rule is tried in turn when a channel is created.
    private static final int RULES_MAX = 1_000;

    private final String file;
    private final List<Fault> faults;
    private final List<ChannelRule> rules = new ArrayList<>();

    /// The line of each rule, by what it matches.
    private final Map<String, Integer> lines = new HashMap<>();

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
        return new ChannelRules(List.copyOf(rules));
    }

    private void read(TomlTable table, TomlPosition at) {
        int faultsBefore = faults.size();
        var values = new TableReader(file, CHANNEL + ".", ChannelRule.ALL, Set.of(), faults).read(table);
        if (faults.size() > faultsBefore) return; // Further checks would only see half of the rule.
        var match = values.get(ChannelRule.MATCH);
        var earlier = lines.get(match);
        var missing = ChannelRule.missing(values);
        if (!values.has(ChannelRule.MATCH)) {
            fault(at, "This [[channel]] needs 'match', the channels that it applies to, such as match = \"chat/**\".");
        } else if (earlier != null) {
            fault(
                    at,
                    "%s already has a rule in line %d, and only the first one applies."
                            .formatted(Quoted.text(match), earlier));
        } else if (missing.isPresent()) {
            fault(at, "This [[channel]] " + missing.get());
        } else {
            lines.put(match, at.line());
            rules.add(new ChannelRule(Pattern.of(match), values));
        }
    }

    private void fault(TomlPosition position, String message) {
        faults.add(new Fault(file, position.line(), position.column(), message));
    }
}
