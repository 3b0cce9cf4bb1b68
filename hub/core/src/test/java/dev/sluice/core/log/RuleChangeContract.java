package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.sequencer.RuleChange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Retention rules that are replaced while the log is open: nothing is deleted by them unless that is confirmed.
public interface RuleChangeContract extends LogSubject {
    RetentionRules ALL = new RetentionRules(List.of(), Retention.ALL);

    static RetentionRules only(String pattern, Retention rule) {
        return new RetentionRules(List.of(new RetentionRules.Rule(Pattern.of(pattern), rule)), Retention.ALL);
    }

    private static void publish(TestLog test, String channel, int count) {
        for (int i = 0; i < count; i++) test.publish(channel, Integer.toString(i));
    }

    @Test
    default void rulesThatAreTooLargeAreRefusedAndThoseInForceStay() {
        String pattern = "x".repeat(200) + "/";
        List<RetentionRules.Rule> many = IntStream.range(0, RuleChange.BYTES_MAX / pattern.length())
                .mapToObj(each -> new RetentionRules.Rule(Pattern.of(pattern + each), Retention.events(1)))
                .toList();
        try (var test = open()) {
            publish(test, "news", 2);
            for (boolean isConfirmed : List.of(false, true)) {
                assertThatThrownBy(() -> test.changeRules(new RetentionRules(many, Retention.events(1)), isConfirmed))
                        .hasStackTraceContaining("5,216 retention rules are")
                        .hasStackTraceContaining("at most 1,048,576 may be changed at once");
            }
            assertThat(test.channel("news").events()).isEqualTo(2);
            List<RetentionRules.Rule> fewer = many.subList(0, many.size() / 2);
            assertThat(test.changeRules(new RetentionRules(fewer, Retention.ALL), true))
                    .isEmpty();
        }
    }

    @Test
    default void countsWhatARuleWouldDeleteAndDeletesItOnlyIfThatIsConfirmed() {
        try (var test = open()) {
            for (int i = 0; i < 20; i++) publish(test, "chat/" + i, 10 + i);
            publish(test, "news", 50);
            RetentionRules fewer = only("chat/*", Retention.events(20));

            List<RetentionLoss> losses = test.changeRules(fewer, false);

            assertThat(losses).hasSize(1);
            assertThat(losses.getFirst().pattern()).isEqualTo("chat/*");
            assertThat(losses.getFirst().channels()).isEqualTo(9);
            assertThat(losses.getFirst().events()).isEqualTo(45);
            for (int i = 0; i < 20; i++)
                assertThat(test.channel("chat/" + i).events()).isEqualTo(10 + i);

            assertThat(test.changeRules(fewer, true)).isEmpty();

            assertThat(test.channel("chat/19").events()).isEqualTo(20);
            assertThat(test.channel("chat/3").events()).isEqualTo(13);
            assertThat(test.channel("news").events()).isEqualTo(50);
            publish(test, "chat/3", 30);
            publish(test, "chat/new", 30);
            assertThat(test.channel("chat/3").events()).isBetween(20L, 22L);
            assertThat(test.channel("chat/new").events()).isBetween(20L, 22L);
            assertThat(test.changeRules(fewer, false)).as("they are in force").isEmpty();
        }
    }

    @Test
    default void dropsWhatIsTooOldByAChangedRule() {
        try (var test = open()) {
            publish(test, "chat/a", 3);
            test.clock.advance(Duration.ofHours(2));
            publish(test, "chat/a", 2);
            RetentionRules younger = only(
                    "chat/**", new Retention(Duration.ofHours(1), Retention.ALL.maxEvents(), Retention.ALL.maxBytes()));

            assertThat(test.changeRules(younger, false))
                    .singleElement()
                    .satisfies(loss -> assertThat(loss.events()).isEqualTo(3));
            test.maintain();
            assertThat(test.channel("chat/a").events()).isEqualTo(5);
            test.changeRules(younger, true);
            test.maintain();
            assertThat(test.channel("chat/a").events()).isEqualTo(2);
        }
    }

    @Test
    default void appliesRulesAtOnceThatDeleteNothing() {
        try (var test = open()) {
            publish(test, "chat/a", 3);
            assertThat(test.changeRules(only("chat/*", Retention.events(5)), false))
                    .isEmpty();
            publish(test, "chat/a", 10);
            assertThat(test.channel("chat/a").events()).isBetween(5L, 6L);
            assertThat(test.changeRules(ALL, false)).isEmpty();
            publish(test, "chat/a", 10);
            assertThat(test.channel("chat/a").events()).isGreaterThan(14L);
        }
    }

    @Test
    default void publishesComeBetweenTheSlicesOfAChange() {
        try (var test = open()) {
            for (int i = 0; i < 100; i++) publish(test, "chat/" + i, 10);
            CompletionStage<List<RetentionLoss>> changing =
                    test.log.changeRules(only("chat/*", Retention.events(2)), true);
            publish(test, "news", 300);
            TestLog.get(changing);
            settle(test.log);
            assertThat(test.channel("news").events()).isEqualTo(300);
            for (int i = 0; i < 100; i++)
                assertThat(test.channel("chat/" + i).events()).isEqualTo(2);
        }
    }
}
