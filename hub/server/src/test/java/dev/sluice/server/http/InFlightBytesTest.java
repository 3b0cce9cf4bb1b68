package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.http.head.ProblemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Evictions from a budget of 1,600 bytes: they begin above 1,200 and free it down to 800.
final class InFlightBytesTest {
    private long nowNs;
    private final InFlightBytes budget = new InFlightBytes(1600, "a.setting", () -> nowNs);
    private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
    private final List<String> evicted = new ArrayList<>();

    private InFlightBytes.EvictableHolder waiting(String name, int bytes) {
        InFlightBytes.EvictableHolder[] holder = new InFlightBytes.EvictableHolder[1];
        holder[0] = budget.holder(loop::add, () -> {
            evicted.add(name);
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
    void evictsTheSlowestHolderFirst() {
        InFlightBytes.EvictableHolder early = waiting("early", 500);
        pass(Duration.ofSeconds(1));
        waiting("idle", 700);
        pass(Duration.ofSeconds(1));
        early.moved(100_000);
        budget.holder().take(100);
        assertThat(evicted).as("requested, not completed").isEmpty();
        runLoop();
        assertThat(evicted).containsExactly("idle");
        assertThat(budget.bytes()).isEqualTo(600);
    }

    @Test
    void evictsForWhatMustNotBeRefusedAndRefusesOthersUntilThen() {
        waiting("idle", 1100);
        pass(Duration.ofSeconds(2));
        InFlightBytes.EvictableHolder done = budget.holder(loop::add, () -> {});
        done.overdraw(600);
        assertThat(budget.bytes()).isEqualTo(1700);
        assertThat(budget.holder().tryTake(1)).isNotNull();
        runLoop();
        assertThat(evicted).containsExactly("idle");
        assertThat(budget.holder().tryTake(1)).isNull();
        done.giveBackAll();
        assertThat(budget.bytes()).isEqualTo(1);
    }

    @Test
    void evictsATricklingHolder() {
        InFlightBytes.EvictableHolder trickling = waiting("trickling", 700);
        pass(Duration.ofSeconds(10));
        waiting("young", 500);
        trickling.moved(1);
        pass(Duration.ofSeconds(1));
        budget.holder().take(100);
        runLoop();
        assertThat(evicted).containsExactly("trickling");
    }

    @Test
    void evictsAStreamOnlyIfItsClientFallsBehind() {
        InFlightBytes.EvictableHolder stream = budget.holderOfStream(loop::add, () -> evicted.add("stream"));
        stream.take(1300);
        stream.await();
        budget.holder().take(100);
        runLoop();
        assertThat(evicted).isEmpty();
        pass(Duration.ofSeconds(2));
        budget.holder().take(100);
        runLoop();
        assertThat(evicted).containsExactly("stream");
    }

    @Test
    void doesNotEvictCompletePublishes() {
        waiting("complete", 1100).settle();
        waiting("waiting", 50);
        budget.holder().take(100);
        runLoop();
        assertThat(evicted).containsExactly("waiting");
        assertThatThrownBy(() -> budget.holder().take(401)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(503);
            assertThat(refused.problem().detail()).contains("a.setting", "1600");
            assertThat(refused.problem().headers()).containsEntry("Retry-After", "1");
        });
        assertThat(budget.bytes()).isEqualTo(1200);
    }

    @Test
    void cancelsTheEvictionOfAHolderThatCompletes() {
        InFlightBytes.EvictableHolder lucky = waiting("lucky", 1300);
        budget.holder().take(200);
        lucky.settle();
        runLoop();
        assertThat(evicted).isEmpty();
        lucky.giveBackAll();
        assertThat(budget.bytes()).isEqualTo(200);
    }

    @Test
    void refusesMoreBytesToAHolderThatIsBeingEvicted() {
        InFlightBytes.EvictableHolder evicting = waiting("evicting", 1300);
        budget.holder().take(200);
        assertThatThrownBy(() -> evicting.take(1)).isInstanceOf(ProblemException.class);
        evicting.giveBackAll();
        runLoop();
        assertThat(evicted).isEmpty();
        assertThat(budget.bytes()).isEqualTo(200);
    }

    @Test
    void evictsAsFewAsPossibleOfThoseThatKeepUp() {
        for (int i = 0; i < 12; i++) {
            waiting("w" + i, 100);
            pass(Duration.ofMillis(50));
        }
        budget.holder().take(50);
        runLoop();
        assertThat(evicted).hasSize(3);
        assertThat(budget.bytes()).isLessThanOrEqualTo(1000);
    }

    /// Each run of evictions looks at all holders once, and frees enough for many further requests.
    @Test
    void scansAllHoldersAtMostOnceForAnEighthOfTheBudget() {
        AtomicInteger rounds = new AtomicInteger(); // Each reads the clock once.
        InFlightBytes large = new InFlightBytes(64 << 20, "a.setting", () -> {
            rounds.incrementAndGet();
            return 0;
        });
        for (int i = 0; i < 10_000; i++) {
            InFlightBytes.EvictableHolder[] holder = new InFlightBytes.EvictableHolder[1];
            holder[0] = large.holder(Runnable::run, () -> holder[0].giveBackAll());
            holder[0].take(64 << 10);
            holder[0].await();
            rounds.decrementAndGet(); // await() read the clock.
        }
        assertThat(rounds.get()).as("an eighth is 128 of them").isBetween(60, 10_000 / 128);
    }

    @Test
    void evictsNoHolderTwiceForTheSameBytes() {
        for (int i = 0; i < 12; i++) {
            waiting("w" + i, 100);
            pass(Duration.ofSeconds(1));
        }
        budget.holder().take(50);
        budget.holder().take(50);
        runLoop();
        assertThat(evicted).containsExactly("w0", "w1", "w2", "w3", "w4");
    }

    @Test
    void countsBytesReturnedDuringAnEvictionOnce() {
        InFlightBytes.EvictableHolder evicting = waiting("evicting", 300);
        InFlightBytes.Holder log = budget.holder();
        log.take(950);
        evicting.giveBack(250);
        log.take(550); // Starts another run before the first eviction completes.
        runLoop();
        log.giveBackAll();
        assertThat(budget.bytes()).isZero();

        waiting("idle", 1250);
        budget.holder().take(1);
        runLoop();
        assertThat(evicted).containsExactly("evicting", "idle");
    }

    @Test
    void reservesTheLastPartOfTheBudgetForSmallHolders() {
        InFlightBytes large = new InFlightBytes(16 << 20, "a.setting", () -> nowNs);
        InFlightBytes.Holder log = large.holder();
        log.take(15 << 20);
        assertThatThrownBy(() -> log.take(1)).isInstanceOf(ProblemException.class);
        large.holder().take(64 << 10);
        assertThat(large.bytes()).isEqualTo((15 << 20) + (64 << 10));
    }
}
