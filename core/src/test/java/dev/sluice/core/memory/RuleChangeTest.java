package dev.sluice.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Retention rules that are replaced while the log is open.
final class RuleChangeTest {
    private static final RetentionRules ALL = new RetentionRules(List.of(), Retention.ALL);

    private final TestClock clock = new TestClock();

    /// Small slices: a change takes many of them.
    private final MemoryLog log = MemoryLog.builder(clock)
            .retention(ALL)
            .limits(limits -> limits.lookMax(32).slackMax(1))
            .open();

    @AfterEach
    void close() {
        log.close();
    }

    private static RetentionRules only(String pattern, Retention rule) {
        return new RetentionRules(List.of(new RetentionRules.Rule(Pattern.of(pattern), rule)), Retention.ALL);
    }

    private void publish(String channel, int count) {
        for (int i = 0; i < count; i++) {
            log.append(new Publication(
                    Draft.event(new ChannelName(channel), EventType.MESSAGE, Content.NONE), Conditions.NONE));
        }
    }

    private long events(String channel) {
        return log.channel(new ChannelName(channel)).events();
    }

    private List<RetentionLoss> change(RetentionRules rules, boolean isConfirmed) throws Exception {
        return log.changeRules(rules, isConfirmed).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void countsWhatARuleWouldDeleteAndDeletesItOnlyIfThatIsConfirmed() throws Exception {
        for (int i = 0; i < 20; i++) publish("chat/" + i, 10 + i);
        publish("news", 50);
        RetentionRules fewer = only("chat/*", Retention.events(20));

        List<RetentionLoss> losses = change(fewer, false);

        assertThat(losses).hasSize(1);
        assertThat(losses.getFirst().pattern()).isEqualTo("chat/*");
        assertThat(losses.getFirst().channels()).isEqualTo(9);
        assertThat(losses.getFirst().events()).isEqualTo(45);
        assertThat(events("chat/19")).isEqualTo(29);

        assertThat(change(fewer, true)).isEmpty();

        assertThat(events("chat/19")).isEqualTo(20);
        assertThat(events("chat/3")).isEqualTo(13);
        assertThat(events("news")).isEqualTo(50);
        publish("chat/3", 30);
        publish("chat/new", 30);
        assertThat(events("chat/3")).isBetween(20L, 21L);
        assertThat(events("chat/new")).isBetween(20L, 21L);
    }

    @Test
    void dropsWhatIsTooOldByAChangedRule() throws Exception {
        publish("chat/a", 3);
        clock.advance(Duration.ofHours(2));
        publish("chat/a", 2);
        RetentionRules younger = only(
                "chat/**", new Retention(Duration.ofHours(1), Retention.ALL.maxEvents(), Retention.ALL.maxBytes()));

        assertThat(change(younger, false))
                .singleElement()
                .satisfies(loss -> assertThat(loss.events()).isEqualTo(3));
        change(younger, true);
        log.maintain();

        assertThat(events("chat/a")).isEqualTo(2);
    }

    @Test
    void appliesAtOnceIfNothingWouldBeDeleted() throws Exception {
        publish("chat/a", 3);

        assertThat(change(only("chat/*", Retention.events(5)), false)).isEmpty();

        publish("chat/a", 10);
        assertThat(events("chat/a")).isBetween(5L, 6L);
        assertThat(change(ALL, false)).isEmpty();
        publish("chat/a", 10);
        assertThat(events("chat/a")).isGreaterThan(14L);
    }

    @Test
    void publishesComeInBetween() throws Exception {
        for (int i = 0; i < 200; i++) publish("chat/" + i, 10);
        var changing =
                log.changeRules(only("chat/*", Retention.events(2)), true).toCompletableFuture();

        publish("news", 1_000);

        changing.get(60, TimeUnit.SECONDS);
        assertThat(events("news")).isEqualTo(1_000);
        for (int i = 0; i < 200; i++) assertThat(events("chat/" + i)).isEqualTo(2);
    }
}
