package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
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
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        ends.close();
        log.close();
    }

    private static ChannelName name(String text) {
        return new ChannelName(text);
    }

    private Ends.Watch watch(String channel) {
        return ends.watch(name(channel), () -> told.add(channel));
    }

    private void append(Draft draft) {
        log.append(new Publication(draft, Conditions.NONE))
                .toCompletableFuture()
                .join();
    }

    private void end(String channel) {
        append(Draft.end(name(channel)));
    }

    private void look() {
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) next.run();
    }

    @Test
    void tellsOfTheEndOnce() {
        watch("a");
        watch("a");
        watch("b");
        append(Draft.event(name("a"), "message", Content.NONE));
        look();
        assertThat(told).isEmpty();
        end("a");
        look();
        assertThat(told).containsExactly("a", "a");
        append(Draft.event(name("b"), "message", Content.NONE));
        look();
        assertThat(told).containsExactly("a", "a");
        end("b");
        look();
        assertThat(told).containsExactly("a", "a", "b");
    }

    @Test
    void tellsOfAnEndThatWasThereBefore() {
        end("a");
        watch("a");
        assertThat(told).containsExactly("a");
    }

    @Test
    void tellsNobodyWhoWaitsNoLonger() {
        watch("a").close();
        Ends.Watch other = watch("a");
        other.close();
        other.close();
        end("a");
        look();
        assertThat(told).isEmpty();
    }

    @Test
    void looksOnceForABurstAndNotAtAllForNobody() {
        for (int i = 0; i < 10; i++) append(Draft.event(name("a"), "message", Content.NONE));
        assertThat(tasks).isEmpty();
        watch("a");
        for (int i = 0; i < 10; i++) append(Draft.event(name("a"), "message", Content.NONE));
        assertThat(tasks).hasSize(1);
        look();
        end("a");
        look();
        assertThat(told).containsExactly("a");
    }
}
