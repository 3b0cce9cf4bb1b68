package dev.sluice.core.delivery.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// No timer is lost or early, and none is later than the first advance into a slot after it.
class TimerWheelTest {
    private static final long SLOT_MS = 250;
    private long nowMs = 10_000;
    private final TimerWheel wheel = new TimerWheel(SLOT_MS, nowMs);
    private final List<String> called = new ArrayList<>();

    private void at(long atMs, String name) {
        wheel.at(atMs, _ -> {
            called.add(name);
            return TimerWheel.NEVER;
        });
    }

    private void advance(long toMs) {
        nowMs = toMs;
        wheel.advance(nowMs);
    }

    @Test
    void callsOnTimeAndOnce() {
        at(11_001, "a");
        at(11_000, "b");
        advance(10_999);
        assertThat(called).isEmpty();
        advance(11_000);
        assertThat(called).containsExactly("b");
        advance(11_250);
        advance(20_000);
        advance(200_000);
        assertThat(called).containsExactly("b", "a");
    }

    @Test
    void callsDueTimersAtTheNextAdvance() {
        at(9_000, "past");
        at(10_000, "now");
        advance(10_250);
        assertThat(called).containsExactlyInAnyOrder("past", "now");
    }

    @Test
    void callsAgainAtTheReturnedTime() {
        List<Long> times = new ArrayList<>();
        wheel.at(10_100, now -> {
            times.add(now);
            return now + 1_000;
        });
        for (long at = 10_250; at <= 15_000; at += 250) advance(at);
        assertThat(times).containsExactly(10_250L, 11_250L, 12_250L, 13_250L, 14_250L);
    }

    @Test
    void keepsTimersSeveralTurnsOfTheWheelAway() {
        at(10_000 + 256 * SLOT_MS, "one turn");
        at(10_000 + 3 * 256 * SLOT_MS + 100, "three turns");
        for (long at = 10_250; at < 10_000 + 256 * SLOT_MS; at += 250) advance(at);
        assertThat(called).isEmpty();
        advance(10_000 + 256 * SLOT_MS);
        assertThat(called).containsExactly("one turn");
        advance(10_000 + 3 * 256 * SLOT_MS);
        assertThat(called).containsExactly("one turn");
        advance(10_250 + 3 * 256 * SLOT_MS);
        assertThat(called).containsExactly("one turn", "three turns");
    }

    @Test
    void callsAllTimersWhenTheClockJumpsAhead() {
        for (int i = 0; i < 1_000; i++) at(10_000 + i * 333L, "timer " + i);
        advance(10_000_000);
        assertThat(called).hasSize(1_000);
    }

    @Test
    void waitsWhenTheClockJumpsBack() {
        at(12_000, "a");
        advance(11_000);
        advance(5_000);
        at(6_000, "b");
        advance(6_500);
        assertThat(called).isEmpty();
        advance(12_000);
        assertThat(called).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void doesNotCallACancelledTimer() {
        TimerWheel.Timer timer = wheel.at(11_000, _ -> {
            called.add("cancelled");
            return TimerWheel.NEVER;
        });
        timer.cancel();
        advance(12_000);
        assertThat(called).isEmpty();
    }

    @Test
    void losesNoTimerAfterOneThatThrows() {
        at(11_000, "before");
        wheel.at(11_000, _ -> {
            throw new IllegalStateException("broken");
        });
        at(11_000, "behind");
        assertThatThrownBy(() -> advance(11_000)).hasMessage("broken");
        advance(11_250);
        assertThat(called).containsExactly("before", "behind");
    }

    @Property(tries = 200)
    void isNeverEarlyAndLosesNoTimer(@ForAll long seed) {
        Random random = new Random(seed);
        Map<Integer, Long> due = new HashMap<>();
        List<Integer> called = new ArrayList<>();
        TimerWheel many = new TimerWheel(SLOT_MS, 0);
        long now = 0;
        int next = 0;
        for (int step = 0; step < 200; step++) {
            for (int i = random.nextInt(5); i > 0; i--) {
                int name = next++;
                long atMs = now + random.nextInt(random.nextInt(20) == 0 ? 300_000 : 3_000);
                due.put(name, atMs);
                many.at(atMs, at -> {
                    assertThat(at).isGreaterThanOrEqualTo(atMs);
                    called.add(name);
                    due.remove(name);
                    return TimerWheel.NEVER;
                });
            }
            now += random.nextInt(random.nextInt(50) == 0 ? 200_000 : 600);
            many.advance(now);
            long slotStart = now / SLOT_MS * SLOT_MS;
            assertThat(due.values()).allMatch(atMs -> atMs > slotStart - SLOT_MS);
        }
        many.advance(now + 1_000_000);
        assertThat(due).isEmpty();
        assertThat(called).hasSize(next).doesNotHaveDuplicates();
    }
}
