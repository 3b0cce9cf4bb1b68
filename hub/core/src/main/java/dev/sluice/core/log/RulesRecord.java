package dev.sluice.core.log;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The record of retention rules: the number of rules, each rule after its pattern, then the rule for all other
/// channels.
public final class RulesRecord {
    private static final int KEEPS_KEYS = 1;

    private RulesRecord() {}

    public static byte[] write(RetentionRules rules) {
        RecordOutput out = new RecordOutput(64).number(rules.rules().size());
        for (RetentionRules.Rule each : rules.rules()) {
            out.text(each.channels().value());
            write(out, each.retention());
        }
        write(out, rules.others());
        return out.bytes();
    }

    private static void write(RecordOutput out, Retention rule) {
        out.octet(rule.keep() == Retention.Keep.NEWEST_OF_KEY ? KEEPS_KEYS : 0);
        out.number(rule.maxAge().toMillis()).number(rule.maxEvents()).number(rule.maxBytes());
    }

    public static RetentionRules read(byte[] record) {
        RecordInput in = new RecordInput(record);
        long count = in.number();
        List<RetentionRules.Rule> rules = new ArrayList<>();
        for (long i = 0; i < count; i++) rules.add(new RetentionRules.Rule(Pattern.of(in.text()), rule(in)));
        return new RetentionRules(rules, rule(in));
    }

    private static Retention rule(RecordInput in) {
        Retention.Keep keep = in.octet() == KEEPS_KEYS ? Retention.Keep.NEWEST_OF_KEY : Retention.Keep.NEWEST;
        return new Retention(Duration.ofMillis(in.number()), in.number(), in.number(), keep);
    }
}
