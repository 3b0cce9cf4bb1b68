package dev.sluice.sense.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random outcomes of a few checks with dependencies: the state machine and the model agree about each state,
/// opening and closing.
class StateMachinePropertyTest {
    private static final int LIVES = Boolean.getBoolean("sluice.long") ? 20_000 : 1_500;
    private static final int STEPS = 120;
    private static final Outcome PASSED = new Outcome.Passed(Duration.ofMillis(5), "200");
    private static final Outcome FAILED = Outcome.failed("status 200", "503");

    @Test
    void agreesWithTheModelAboutEveryStateOpeningAndClosing() {
        var seeds = new Random(Long.getLong("sluice.seeds", System.nanoTime()));
        for (int life = 0; life < LIVES; life++) live(seeds.nextLong());
    }

    private void live(long seed) {
        var random = new Random(seed);
        var states = new StateMachine();
        var model = new StateMachineModel();
        var now = Instant.parse("2026-01-01T00:00:00Z");
        List<String> names = new ArrayList<>();
        Map<String, Rules> rules = new TreeMap<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            String name = String.valueOf((char) ('a' + i));
            Rules drawn = rules(random, names);
            names.add(name);
            rules.put(name, drawn);
        }
        List<String> order = new ArrayList<>(names); // Dependents may be added before the checks on which they depend.
        java.util.Collections.shuffle(order, random);
        for (String name : order) {
            states.put(name, rules.get(name), now);
            model.add(name, rules.get(name));
        }
        double failing = random.nextDouble();
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(15) == 0) failing = random.nextDouble();
            Instant start = now.plusMillis(random.nextInt(3) * 500L);
            now = now.plusMillis(1_000 + random.nextInt(20) * 1_000L);
            String name = names.get(random.nextInt(names.size()));
            List<StateEvent> events;
            if (random.nextInt(20) == 0) {
                boolean isPaused = random.nextInt(3) == 0;
                boolean isPlanned = random.nextInt(3) == 0;
                events = states.suspend(name, isPaused, isPlanned, now);
                model.suspend(name, isPaused, isPlanned, now);
            } else {
                Outcome outcome = random.nextInt(25) == 0
                        ? new Outcome.Unclear("no figures")
                        : random.nextDouble() < failing ? FAILED : PASSED;
                events = states.apply(name, start, outcome, now);
                model.result(name, start, outcome, now);
            }
            String place = "seed " + seed + ", step " + step + ", check " + name;
            assertThat(states(states, names)).as(place).isEqualTo(model.states());
            assertThat(stories(events, place)).as(place).isEqualTo(model.takeStories());
        }
    }

    private static Rules rules(Random random, List<String> earlier) {
        Set<String> needed = new HashSet<>();
        for (String other : earlier) if (random.nextInt(3) == 0) needed.add(other);
        return new Rules(
                1 + random.nextInt(3),
                1 + random.nextInt(2),
                Duration.ZERO,
                needed,
                new Rules.Flapping(2 + random.nextInt(2), Duration.ofSeconds(200), Duration.ofSeconds(40)),
                random.nextBoolean() ? Rules.Rate.NONE : new Rules.Rate(2 + random.nextInt(3), 5 + random.nextInt(4)));
    }

    private static Map<String, State> states(StateMachine states, List<String> names) {
        Map<String, State> all = new TreeMap<>();
        names.forEach(name -> all.put(name, states.health(name).orElseThrow().state()));
        return all;
    }

    private static Set<StateMachineModel.Story> stories(List<StateEvent> events, String place) {
        List<StateMachineModel.Story> all = new ArrayList<>();
        for (StateEvent event : events) {
            if (event instanceof StateEvent.Opened opened) all.add(new StateMachineModel.Story(opened.check(), true));
            if (event instanceof StateEvent.Closed closed) all.add(new StateMachineModel.Story(closed.check(), false));
        }
        assertThat(all).as(place).doesNotHaveDuplicates();
        return Set.copyOf(all);
    }
}
