package dev.sluice.sense.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckScheduleTest {
    private final CheckSchedule timetable = new CheckSchedule();

    @Test
    void spreadsTenThousandChecksEvenlyOverTheirInterval() {
        for (int i = 0; i < 10_000; i++) timetable.put("c" + i, 10_000, 0);
        int[] perSlot = new int[100];
        for (long now = 0; now < 30_000; now++) {
            for (var due = timetable.take(now); due != null; due = timetable.take(now)) {
                if (now >= 20_000) perSlot[(int) (now - 20_000) / 100]++;
                timetable.finished(due.check(), now, 0);
            }
        }
        for (int count : perSlot) assertThat(count).isBetween(90, 110);
    }

    @Test
    void runsOnItsGridForADayWithoutDriftAlthoughEachRunTakesTime() {
        timetable.put("a", 1_000, 0);
        Set<Long> places = new HashSet<>();
        long runs = 0;
        for (long now = 0; now < 86_400_000; ) {
            now = Math.max(now, timetable.nextMs());
            var due = timetable.take(now);
            assertThat(due).isNotNull();
            if (runs++ > 0) places.add(due.plannedMs() % 1_000);
            now += 7;
            timetable.finished("a", now, 0);
        }
        assertThat(places).hasSize(1);
        assertThat(runs).isBetween(86_399L, 86_401L);
    }

    @Test
    void neverRunsACheckTwiceAtOnceAndCountsTheTimesLeftOut() {
        timetable.put("a", 1_000, 0);
        long start = timetable.nextMs();
        assertThat(timetable.take(start)).isNotNull();

        assertThat(timetable.take(start + 5_000)).isNull();
        timetable.soon("a", start + 5_000);
        assertThat(timetable.take(start + 5_000)).isNull();

        timetable.finished("a", start + 5_500, 0);
        assertThat(timetable.missed()).isBetween(4L, 6L);
        assertThat(timetable.take(start + 5_500))
                .as("wanted again while it ran")
                .isNotNull();
    }

    @Test
    void neverRunsACheckTwiceAtOnceWhoseIntervalIsChangedWhileItRuns() {
        timetable.put("a", 1_000, 0);
        assertThat(timetable.take(1_000)).isNotNull();
        timetable.put("a", 5_000, 1_100);
        assertThat(timetable.take(60_000)).isNull();
        timetable.finished("a", 60_000, 0);
        assertThat(timetable.take(70_000)).isNotNull();
    }

    @Test
    void neverRunsACheckTwiceAtOnceThatIsRemovedAndAddedAgainWhileItRuns() {
        timetable.put("a", 60_000, 0);
        assertThat(timetable.take(60_000)).isNotNull();
        timetable.remove("a");
        timetable.put("a", 60_000, 61_000);
        assertThat(timetable.take(119_000)).isNull();
        timetable.finished("a", 119_000, 0);
        assertThat(timetable.take(119_000)).as("the first run of the new check").isNotNull();
        timetable.remove("a");
        timetable.finished("a", 120_000, 0);
        timetable.put("a", 60_000, 120_000);
        assertThat(timetable.take(180_000)).as("the old run has ended").isNotNull();
    }

    @Test
    void repeatsSoonerToConfirmAndThenReturnsToTheGrid() {
        timetable.put("a", 60_000, 0);
        timetable.take(timetable.nextMs());
        timetable.finished("a", 5_000, 0);
        long planned = timetable.nextMs();
        assertThat(timetable.take(planned)).isNotNull();
        timetable.finished("a", planned + 10, 2_000);

        assertThat(timetable.nextMs()).isEqualTo(planned + 2_010);
        assertThat(timetable.take(planned + 2_010)).isNotNull();
        timetable.finished("a", planned + 2_020, 0);
        assertThat(timetable.nextMs()).isEqualTo(planned + 60_000);
    }

    @Test
    void forgetsARemovedCheckAndRunsAChangedOneByItsNewInterval() {
        timetable.put("a", 1_000, 0);
        timetable.put("b", 1_000, 0);
        timetable.remove("a");
        timetable.put("b", 5_000, 0);
        Map<String, List<Long>> runs = new HashMap<>();
        for (long now = 0; now < 20_000; now++) {
            for (var due = timetable.take(now); due != null; due = timetable.take(now)) {
                runs.computeIfAbsent(due.check(), _ -> new ArrayList<>()).add(now);
                timetable.finished(due.check(), now, 0);
            }
        }
        assertThat(runs).containsOnlyKeys("b");
        assertThat(runs.get("b").size()).isBetween(4, 6);
    }
}
