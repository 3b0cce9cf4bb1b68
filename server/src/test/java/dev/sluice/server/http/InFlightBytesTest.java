package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who gives way when a budget of 1,600 bytes runs short: above 1,200, until 800 are left.
final class InFlightBytesTest {
    private long nowNs;
    private final InFlightBytes budget = new InFlightBytes(1600, "a.setting", () -> nowNs);
    private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
    private final List<String> gaveWay = new ArrayList<>();

    private InFlightBytes.Holder waiting(String name, int bytes) {
        InFlightBytes.Holder[] holder = new InFlightBytes.Holder[1];
        holder[0] = budget.holder(loop::add, () -> {
            gaveWay.add(name);
            holder[0].giveBackAll();
        });
        holder[0].take(bytes);
        holder[0].await();
        return holder[0];
    }

    private void pass(Duration time) {
        nowNs += time.toNanos();
    }

    private void runLoop() {
        while (!loop.isEmpty()) loop.remove().run();
    }

    @Test
    void whoHasMadeNoProgressForLongestGivesWayFirst() {
        InFlightBytes.Holder early = waiting("early", 500);
        pass(Duration.ofSeconds(1));
        waiting("idle", 700);
        pass(Duration.ofSeconds(1));
        early.moved(100_000);
        budget.holder().take(100);
        assertThat(gaveWay).as("asked, and not there yet").isEmpty();
        runLoop();
        assertThat(gaveWay).containsExactly("idle");
        assertThat(budget.bytes()).isEqualTo(600);
    }

    @Test
    void aTrickleIsNoProgress() {
        InFlightBytes.Holder trickling = waiting("trickling", 700);
        pass(Duration.ofSeconds(10));
        waiting("young", 500);
        trickling.moved(1);
        pass(Duration.ofSeconds(1));
        budget.holder().take(100);
        runLoop();
        assertThat(gaveWay).containsExactly("trickling");
    }

    @Test
    void whatIsWithTheLogStays() {
        waiting("complete", 1100).settle();
        waiting("waiting", 50);
        budget.holder().take(100);
        runLoop();
        assertThat(gaveWay).containsExactly("waiting");
        assertThatThrownBy(() -> budget.holder().take(401)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(503);
            assertThat(refused.problem().detail()).contains("a.setting", "1600");
            assertThat(refused.problem().headers()).containsEntry("Retry-After", "1");
        });
        assertThat(budget.bytes()).isEqualTo(1200);
    }

    @Test
    void whatCompletesBeforeItHasGivenWayGoesOn() {
        InFlightBytes.Holder lucky = waiting("lucky", 1300);
        budget.holder().take(200);
        lucky.settle();
        runLoop();
        assertThat(gaveWay).isEmpty();
        lucky.giveBackAll();
        assertThat(budget.bytes()).isEqualTo(200);
    }

    @Test
    void whoIsAskedToGiveWayTakesNoMore() {
        InFlightBytes.Holder asked = waiting("asked", 1300);
        budget.holder().take(200);
        assertThatThrownBy(() -> asked.take(1)).isInstanceOf(Refused.class);
        asked.giveBackAll();
        runLoop();
        assertThat(gaveWay).isEmpty();
        assertThat(budget.bytes()).isEqualTo(200);
    }

    @Test
    void nobodyIsAskedTwiceForTheSameRoom() {
        for (int i = 0; i < 12; i++) {
            waiting("w" + i, 100);
            pass(Duration.ofSeconds(1));
        }
        budget.holder().take(50);
        budget.holder().take(50);
        runLoop();
        assertThat(gaveWay).containsExactly("w0", "w1", "w2", "w3", "w4");
    }

    @Test
    void whoGivesSomeBackOnceAskedDoesNotCountAsLeavingForEver() {
        InFlightBytes.Holder asked = waiting("asked", 300);
        InFlightBytes.Holder log = budget.holder();
        log.take(950);
        asked.giveBack(250);
        log.take(550); // Asks once more, before the first has given way.
        runLoop();
        log.giveBackAll();
        assertThat(budget.bytes()).isZero();

        waiting("idle", 1250);
        budget.holder().take(1);
        runLoop();
        assertThat(gaveWay).containsExactly("asked", "idle");
    }

    @Test
    void theLastOfTheRoomIsNotForTheLarge() {
        InFlightBytes large = new InFlightBytes(16 << 20, "a.setting", () -> nowNs);
        InFlightBytes.Holder log = large.holder();
        log.take(15 << 20);
        assertThatThrownBy(() -> log.take(1)).isInstanceOf(Refused.class);
        large.holder().take(64 << 10);
        assertThat(large.bytes()).isEqualTo((15 << 20) + (64 << 10));
    }
}
