package dev.sluice.core.delivery;

import dev.sluice.core.delivery.schedule.Loop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// An event loop that runs its tasks when the test asks, on the thread of the test.
public final class FakeLoop implements Loop {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private int tasksRun;
    private int pauses;
    private long nowNs;
    private long clockStepNs;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /// From now on each look at the clock advances it by this much.
    void stepClock(long ns) {
        clockStepNs = ns;
    }

    @Override
    public long nowNs() {
        nowNs += clockStepNs;
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

    /// The number of tasks scheduled for later.
    int pauses() {
        return pauses;
    }

    int waiting() {
        return tasks.size();
    }

    /// The number of tasks run.
    int tasksRun() {
        return tasksRun;
    }

    /// Runs the next task; false if there is none.
    boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) return false;
        tasksRun++;
        task.run();
        return true;
    }

    /// Runs all waiting tasks, and the tasks that these add.
    public void runAll() {
        for (int count = 0; runOne(); count++) {
            if (count > 20_000) throw new AssertionError("the loop never becomes idle");
        }
    }
}
