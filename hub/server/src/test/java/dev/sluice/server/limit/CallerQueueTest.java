package dev.sluice.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.budget.FairShare;
import dev.sluice.server.limit.CallerQueue.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CallerQueueTest {
    private final CallerQueue queue = new CallerQueue(1, 8, new FairShare(50));
    private final List<String> begun = new ArrayList<>();

    private Outcome submit(String caller, String work) {
        return queue.submit(Optional.of(new ClientKey.Name(caller)), () -> begun.add(work));
    }

    @Test
    void callersTakeTurnsHoweverManyTasksOneHas() {
        for (int i = 0; i < 4; i++) submit("greedy", "g" + i);
        submit("bystander", "b");
        for (int i = 0; i < 5; i++) queue.done();
        assertThat(begun).containsExactly("g0", "g1", "b", "g2", "g3");
        submit("bystander", "again");
        assertThat(begun).endsWith("again");
    }

    @Test
    void leavesRoomInTheQueueForOthers() {
        List<Outcome> greedy = new ArrayList<>();
        for (int i = 0; i < 9; i++) greedy.add(submit("greedy", "g" + i));
        assertThat(greedy).startsWith(Outcome.TAKEN).endsWith(Outcome.SHARE_REACHED);
        assertThat(submit("bystander", "b")).isEqualTo(Outcome.TAKEN);
        for (int i = 0; i < 3; i++) assertThat(submit("other" + i, "o")).isEqualTo(Outcome.TAKEN);
        assertThat(submit("last", "l")).isEqualTo(Outcome.FULL);
    }

    @Test
    void givesThePlaceOfATaskThatCannotBeginToTheNext() {
        Optional<ClientKey> caller = Optional.empty();
        Runnable failing = () -> {
            throw new OutOfMemoryError("as this test requires");
        };
        assertThatThrownBy(() -> queue.submit(caller, failing)).isInstanceOf(OutOfMemoryError.class);
        queue.submit(caller, () -> begun.add("first"));
        queue.submit(caller, failing);
        queue.submit(caller, () -> begun.add("second"));
        queue.done();
        queue.done();
        queue.submit(caller, () -> begun.add("third"));
        assertThat(begun).containsExactly("first", "second", "third");
    }

    @Test
    void cancelsOnlyWaitingTasks() {
        Optional<ClientKey> caller = Optional.empty();
        Runnable first = () -> begun.add("first");
        Runnable second = () -> begun.add("second");
        queue.submit(caller, first);
        queue.submit(caller, second);
        assertThat(queue.withdraw(caller, first)).isFalse();
        assertThat(queue.withdraw(caller, second)).isTrue();
        queue.done();
        assertThat(begun).containsExactly("first");
    }
}
