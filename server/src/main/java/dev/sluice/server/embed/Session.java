package dev.sluice.server.embed;

import dev.sluice.ClientGone;
import dev.sluice.Task;
import dev.sluice.server.transport.LastWords;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client of a handler: the handler's thread, its callbacks, its timers, and the one end of all of
/// them.
///
/// Callbacks run one after the other on a thread that is there only while there are any. Its lock is held
/// for a few steps in memory, so that the event loop may take it too.
final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final Channel channel;
    private final Threads threads;
    private final String name;
    private final Line line;
    private final Duration sendTimeout;

    private final ArrayDeque<Task> callbacks = new ArrayDeque<>(0);
    private final List<Task> closers = new ArrayList<>(0);
    private final List<Future<?>> timers = new ArrayList<>(0);
    private @Nullable Thread handler;
    private boolean isCallingBack;
    private volatile boolean isOver;
    private Task failed = this::cut;

    /// @param name of its threads, and in the log
    Session(Channel channel, Threads threads, String name, Duration sendTimeout) {
        this.channel = channel;
        this.threads = threads;
        this.name = name;
        this.line = new Line(channel, sendTimeout);
        this.sendTimeout = sendTimeout;
    }

    /// @param task what is done where code of the program fails, unless the session is over
    void onFailure(Task task) {
        failed = task;
    }

    /// Starts the handler, on a thread of its own.
    ///
    /// @param returned what is done when it has returned, and has not failed
    void begin(Task code, Runnable returned) {
        Thread thread;
        synchronized (this) {
            thread = handler = threads.start(name, () -> {
                boolean isFine = attempt(code);
                synchronized (this) {
                    handler = null;
                }
                Thread.interrupted(); // That was for the handler.
                if (isFine) returned.run();
            });
        }
        if (isOver) thread.interrupt();
    }

    void send(byte[] bytes) {
        line.send(bytes);
    }

    boolean isOver() {
        return isOver;
    }

    synchronized boolean hasTimers() {
        return !timers.isEmpty();
    }

    /// Does something behind what else is called back.
    synchronized void callBack(Task task) {
        callbacks.add(task);
        if (isCallingBack) return;
        isCallingBack = true;
        threads.start(name, this::callBackAll);
    }

    private void callBackAll() {
        while (true) {
            Task next;
            synchronized (this) {
                next = callbacks.poll();
                if (next == null) {
                    isCallingBack = false;
                    return;
                }
            }
            attempt(next);
        }
    }

    void every(Duration period, Task task) {
        if (period.toNanos() <= 0) throw new IllegalArgumentException("a period is more than nothing, was " + period);
        Tick tick = new Tick(task);
        synchronized (this) {
            if (isOver) return;
            timers.add(channel.eventLoop()
                    .scheduleAtFixedRate(tick, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private final class Tick implements Runnable {
        private final Task task;
        private volatile boolean isUnderWay;

        Tick(Task task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (isUnderWay) return; // The callbacks don't keep up: a heap of late ticks helps nobody.
            isUnderWay = true;
            callBack(() -> {
                try {
                    if (!isOver) task.run();
                } finally {
                    isUnderWay = false;
                }
            });
        }
    }

    synchronized void onEnd(Task task) {
        if (isOver) callBack(task);
        else closers.add(task);
    }

    /// Ends the line behind what was sent.
    void end(byte[] lastWords) {
        if (!over("the connection was closed")) return;
        onLoop(() -> {
            LastWords.say(channel, Unpooled.wrappedBuffer(lastWords));
            // One that does not read would never take them.
            Future<?> limit =
                    channel.eventLoop().schedule(() -> channel.close(), sendTimeout.toNanos(), TimeUnit.NANOSECONDS);
            channel.closeFuture().addListener(_ -> limit.cancel(false));
        });
    }

    /// Ends the line in the middle, so that the client sees that something is missing.
    void cut() {
        if (over("the connection was cut")) channel.close();
    }

    /// The client has left.
    void left() {
        over("the client has left");
    }

    /// @return whether it was not over yet
    private boolean over(String why) {
        line.over(why);
        synchronized (this) {
            if (isOver) return false;
            isOver = true;
            timers.forEach(timer -> timer.cancel(false));
            timers.clear();
            if (handler != null && !handler.equals(Thread.currentThread())) handler.interrupt();
            closers.forEach(this::callBack);
            closers.clear();
        }
        return true;
    }

    void onLoop(Runnable step) {
        try {
            channel.eventLoop().execute(step);
        } catch (RejectedExecutionException stopped) {
            LOG.log(Level.DEBUG, "a step came too late", stopped); // The connection has gone with its event loop.
        }
    }

    /// Runs code of the program. Its failure is its connection's end, and no one else's.
    ///
    /// @return whether it ended as it should
    private boolean attempt(Task code) {
        try {
            code.run();
            return true;
        } catch (ClientGone | InterruptedException leaving) {
            return true;
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a handler failed, and its connection ends thread=" + name, failure);
            try {
                failed.run();
            } catch (Exception again) {
                LOG.log(Level.ERROR, "ending a connection failed", again);
            }
            return false;
        }
    }
}
