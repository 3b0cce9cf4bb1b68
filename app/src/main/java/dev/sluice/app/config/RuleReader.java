package dev.sluice.app.config;

import dev.sluice.config.ChannelRule;
import dev.sluice.config.ChannelRules;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Values;
import dev.sluice.core.channel.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads the rules of the file, each a `[[channel]]`, and collects mistakes.
final class RuleReader {
    static final String CHANNEL = "channel";

    private final ListReader list;
    private final List<ChannelRule> rules = new ArrayList<>();

    /// The line of each rule, by what it matches.
    private final Map<String, Integer> lines = new HashMap<>();

    RuleReader(String file, List<Fault> faults) {
        list = new ListReader(file, CHANNEL, "rules", ChannelRule.ALL, faults);
    }

    ChannelRules read(TomlTable top) {
        list.read(top, this::add);
        return new ChannelRules(List.copyOf(rules));
    }

    private void add(Values values, TomlPosition at) {
        var match = values.get(ChannelRule.MATCH);
        var earlier = lines.get(match);
        var mistake = ChannelRule.mistake(values);
        if (!values.has(ChannelRule.MATCH)) {
            list.fault(
                    at,
                    "This [[channel]] needs 'match', the channels that it applies to, such as match = \"chat/**\".");
        } else if (earlier != null) {
            list.fault(
                    at,
                    String.format(
                            Locale.ROOT,
                            "%s already has a rule in line %d, and only the first one applies.",
                            Quoted.text(match),
                            earlier));
        } else if (mistake.isPresent()) {
            list.fault(at, "This [[channel]] " + mistake.get());
        } else {
            lines.put(match, at.line());
            rules.add(new ChannelRule(Pattern.of(match), values));
        }
    }
}
