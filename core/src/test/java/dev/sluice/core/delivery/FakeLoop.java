package dev.sluice.core.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// An event loop that runs its tasks when told to, on the thread that tells it.
final class FakeLoop implements Loop {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private int taken;
    private int pauses;
    private long nowNs;
    private long passingNs;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /// From now on whoever looks at the clock finds it later by so much.
    void passing(long ns) {
        passingNs = ns;
    }

    @Override
    public long nowNs() {
        nowNs += passingNs;
        return nowNs;
    }

    @Override
    public void after(long delayNs, Runnable task) {
        pauses++;
        tasks.add(() -> {
            nowNs += delayNs;
            task.run();
        });
    }

    /// How many tasks it was to run later.
    int pauses() {
        return pauses;
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
