package dev.sluice.core.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/// An event loop that runs its tasks when told to, on the thread that tells it.
final class FakeLoop implements Executor {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private int taken;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    int waiting() {
        return tasks.size();
    }

    /// How many tasks it has run.
    int taken() {
        return taken;
    }

    /// Runs the next task; false if there is none.
    boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) return false;
        taken++;
        task.run();
        return true;
    }

    /// Runs what waits, and what that brings with it.
    void runAll() {
        for (int tasksRun = 0; runOne(); tasksRun++) {
            if (tasksRun > 20_000) throw new AssertionError("a loop that never comes to rest");
        }
    }
}
