package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.record.RecordInput.BrokenRecordException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesRecordTest {
    private static final RetentionRules RULES = new RetentionRules(
            List.of(
                    new RetentionRules.Rule(
                            Pattern.of("prices/**"), new Retention(Duration.ofHours(1), 7, 1000).andNewestOfKey()),
                    new RetentionRules.Rule(Pattern.of("通知/*"), Retention.events(1))),
            new Retention(Duration.ofDays(2), 300, 1L << 40));

    @Test
    void readsRulesAsTheyWereWritten() {
        assertThat(RulesRecord.read(RulesRecord.write(RULES))).isEqualTo(RULES);
    }

    @Test
    void readsARuleForAllOtherChannelsThatKeepsTheNewestOfEachKey() {
        var rules = new RetentionRules(List.of(), Retention.ALL.andNewestOfKey());

        assertThat(RulesRecord.read(RulesRecord.write(rules))).isEqualTo(rules);
    }

    @Test
    void refusesARecordThatEndsTooEarly() {
        byte[] record = RulesRecord.write(RULES);

        for (int length = 0; length < record.length; length++) {
            byte[] start = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> RulesRecord.read(start)).isInstanceOf(BrokenRecordException.class);
        }
    }
}
