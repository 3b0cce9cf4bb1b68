package dev.sluice.core.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Registration;
import dev.sluice.core.memory.MemoryLog;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChannelEndsTest {
    private final MemoryLog log = MemoryLog.builder(InstantSource.system()).open();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final ChannelEnds ends = new ChannelEnds(log, tasks::add);
    private final List<String> notified = new ArrayList<>();

    @AfterEach
    void close() {
        ends.close();
        log.close();
    }

    private static ChannelName name(String text) {
        return new ChannelName(text);
    }

    private Registration watch(String channel) {
        return ends.watch(name(channel), () -> notified.add(channel));
    }

    private void append(Draft draft) {
        log.append(new Publication(draft, Conditions.NONE))
                .toCompletableFuture()
                .join();
    }

    private void end(String channel) {
        append(Draft.end(name(channel)));
    }

    private void runTasks() {
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) next.run();
    }

    @Test
    void notifiesOfTheEndOnce() {
        watch("a");
        watch("a");
        watch("b");
        append(Draft.event(name("a"), "message", Content.NONE));
        runTasks();
        assertThat(notified).isEmpty();
        end("a");
        runTasks();
        assertThat(notified).containsExactly("a", "a");
        append(Draft.event(name("b"), "message", Content.NONE));
        runTasks();
        assertThat(notified).containsExactly("a", "a");
        end("b");
        runTasks();
        assertThat(notified).containsExactly("a", "a", "b");
    }

    @Test
    void notifiesOfAnEarlierEnd() {
        end("a");
        watch("a");
        assertThat(notified).containsExactly("a");
    }

    @Test
    void doesNotNotifyClosedRegistrations() {
        watch("a").close();
        Registration other = watch("a");
        other.close();
        other.close();
        end("a");
        runTasks();
        assertThat(notified).isEmpty();
    }

    @Test
    void checksOnceForABurstAndNeverWithoutRegistrations() {
        for (int i = 0; i < 10; i++) append(Draft.event(name("a"), "message", Content.NONE));
        assertThat(tasks).isEmpty();
        watch("a");
        for (int i = 0; i < 10; i++) append(Draft.event(name("a"), "message", Content.NONE));
        assertThat(tasks).hasSize(1);
        runTasks();
        end("a");
        runTasks();
        assertThat(notified).containsExactly("a");
    }
}
