package dev.sluice.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Honest readers lose nothing beside hostile clients.
final class TrialTest {
    private static final boolean IS_LONG = Boolean.getBoolean("sluice.long");
    private static final int READERS = IS_LONG ? 9_000 : 180;
    private static final int HOSTILE = IS_LONG ? 1_000 : 2 * Hostility.values().length;
    private static final double RATE = IS_LONG ? 3 : 10;
    private static final Duration DURATION = Duration.ofSeconds(IS_LONG ? 60 : 3);

    @Test
    void honestReadersGetEachEventOnceBesideHostileClients() throws Exception {
        var verdict = Trial.run(READERS, HOSTILE, RATE, DURATION, List.of(Hostility.values()), IS_LONG);
        System.out.print(verdict.text());

        assertThat(verdict.isGood()).as(verdict.text()).isTrue();
        assertThat(verdict.beside().expected()).isPositive();
        assertThat(verdict.hostile())
                .as("all ways were tried")
                .hasSize(Hostility.values().length)
                .noneMatch(line -> line.contains(" 0 acts"));
    }
}
