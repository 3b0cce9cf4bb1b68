package dev.sluice.core.delivery;

import dev.sluice.core.delivery.schedule.SlicedTask;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Collects the streams and polls of one event loop: sessions instead of their subscriptions.
final class StreamCollector implements SlicedTask {
    private final ReaderTraversal walk;
    private final Consumer<List<Reader>> onCollected;

    /// A traversal may meet a reader twice if others leave during it.
    private final Set<Reader> collected = new LinkedHashSet<>();

    /// @param onCollected called on the loop, in the last slice
    StreamCollector(ReaderTraversal walk, Consumer<List<Reader>> onCollected) {
        this.walk = walk;
        this.onCollected = onCollected;
    }

    @Override
    public boolean run() {
        for (int steps = 0; steps < STEPS_MAX; steps++) {
            Reader reader = walk.next();
            if (reader == null) {
                onCollected.accept(List.copyOf(collected));
                return true;
            }
            boolean isPart = reader instanceof Subscriber subscriber && subscriber.isOfSession();
            if (!walk.isRepeated() && !isPart) collected.add(reader);
        }
        return false;
    }
}
