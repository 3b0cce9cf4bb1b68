package dev.sluice.embed.handler;

import dev.sluice.ClientGoneException;
import dev.sluice.Task;
import dev.sluice.core.encoding.LogField;
import dev.sluice.server.net.outlet.Outlet;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connection of one client to a handler: the handler's thread, its callbacks, its timers, and the end of all of
/// them.
///
/// Callbacks run one at a time on a thread that exists only while there are any. The lock is only held for a few
/// steps in memory, so that the event loop may take it too.
final class HandlerSession {
    private static final System.Logger LOG = System.getLogger(HandlerSession.class.getName());

    private final Outlet outlet;
    private final Threads threads;
    private final String name;
    private final BlockingSender sender;
    private final Duration sendTimeout;

    private final ArrayDeque<Task> callbacks = new ArrayDeque<>(0);
    private final List<Task> closers = new ArrayList<>(0);
    private final List<Future<?>> timers = new ArrayList<>(0);
    private @Nullable Thread handler;
    private boolean isRunningCallbacks;
    private volatile boolean isOver;
    private volatile boolean isInterrupted; // The handler was interrupted because the session is over.
    private Task failureTask = this::abort;

    /// @param name names the threads, also in log messages
    HandlerSession(Outlet outlet, HandlerContext context, String name) {
        this.outlet = outlet;
        this.threads = context.threads();
        this.name = name;
        this.sendTimeout = context.sendTimeout();
        this.sender = new BlockingSender(outlet, sendTimeout, context.unread());
    }

    /// @param task runs when code of the program fails, unless the
    ///             session is over; by default the connection is aborted
    void onFailure(Task task) {
        failureTask = task;
    }

    /// Starts the handler on its own thread.
    ///
    /// @param returned runs after the handler has returned without an exception
    void begin(Task code, Runnable returned) {
        Thread thread;
        synchronized (this) {
            thread = handler = threads.start(name, () -> {
                boolean succeeded = attemptHandler(code);
                synchronized (this) {
                    handler = null;
                }
                Thread.interrupted(); // Clears an interrupt meant for the handler.
                if (succeeded) returned.run();
            });
        }
        if (isOver) {
            isInterrupted = true;
            thread.interrupt();
        }
    }

    void send(byte[] bytes) {
        sender.send(bytes);
    }

    boolean isOver() {
        return isOver;
    }

    synchronized boolean hasTimers() {
        return !timers.isEmpty();
    }

    /// Queues a callback after all others.
    synchronized void enqueueCallback(Task task) {
        callbacks.add(task);
        if (isRunningCallbacks) return;
        isRunningCallbacks = true;
        threads.start(name, this::runCallbacks);
    }

    /// Queues a callback, unless those of the end are queued already.
    synchronized void enqueueUnlessOver(Task task) {
        if (!isOver) enqueueCallback(task);
    }

    private void runCallbacks() {
        while (true) {
            Task next;
            synchronized (this) {
                next = callbacks.poll();
                if (next == null) {
                    isRunningCallbacks = false;
                    return;
                }
            }
            attempt(next);
        }
    }

    void every(Duration period, Task task) {
        if (period.toNanos() <= 0) throw new IllegalArgumentException("the period must be positive, was " + period);
        Tick tick = new Tick(task);
        synchronized (this) {
            if (isOver) return;
            timers.add(
                    outlet.loop().scheduleAtFixedRate(tick, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private final class Tick implements Runnable {
        private final Task task;
        private volatile boolean isPending;

        Tick(Task task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (isPending) return; // The callbacks do not keep up: skip this tick instead of queueing it.
            isPending = true;
            enqueueCallback(() -> {
                try {
                    if (!isOver) task.run();
                } finally {
                    isPending = false;
                }
            });
        }
    }

    synchronized void onEnd(Task task) {
        if (isOver) enqueueCallback(task);
        else closers.add(task);
    }

    /// Ends the session and closes the connection after everything sent before.
    ///
    /// @param finalBytes sent last: the end of the body or a close frame
    void end(byte[] finalBytes) {
        if (!markOver("the connection was closed")) return;
        onLoop(() -> {
            outlet.send(finalBytes, () -> {});
            outlet.end(true);
            // A client that does not read would never accept them.
            Future<?> limit =
                    outlet.loop().schedule(() -> outlet.end(false), sendTimeout.toNanos(), TimeUnit.NANOSECONDS);
            outlet.onClosed(() -> limit.cancel(false));
        });
    }

    /// Ends the session and drops the connection without a proper
    /// end, so that the client notices that data is missing.
    void abort() {
        if (markOver("the connection was aborted")) outlet.end(false);
    }

    /// Ends the session because the client has disconnected.
    void clientLeft() {
        markOver("the client has left");
    }

    /// @return false if the session was over already
    private boolean markOver(String reason) {
        sender.end(reason);
        synchronized (this) {
            if (isOver) return false;
            isOver = true;
            timers.forEach(timer -> timer.cancel(false));
            timers.clear();
            if (handler != null && !handler.equals(Thread.currentThread())) {
                isInterrupted = true;
                handler.interrupt();
            }
            closers.forEach(this::enqueueCallback);
            closers.clear();
        }
        return true;
    }

    void onLoop(Runnable task) {
        try {
            outlet.loop().execute(task);
        } catch (RejectedExecutionException stopped) {
            // The connection ended with its event loop.
            LOG.log(Level.DEBUG, "the event loop has stopped; a task is dropped", stopped);
        }
    }

    /// Runs the handler. Once its thread is interrupted, any exception is a normal end, because not all methods that it
    /// calls throw [InterruptedException].
    private boolean attemptHandler(Task code) {
        return attempt(() -> {
            try {
                code.run();
            } catch (Exception failure) {
                if (!isInterrupted || failure instanceof InterruptedException) throw failure;
                LOG.log(
                        Level.DEBUG,
                        "a handler failed when it was interrupted thread=" + LogField.quoted(name),
                        failure);
                throw new InterruptedException("the session is over");
            }
        });
    }

    /// Runs code of the program. A failure ends this connection only.
    ///
    /// @return false if it failed
    private boolean attempt(Task code) {
        try {
            code.run();
            return true;
        } catch (ClientGoneException | InterruptedException leaving) {
            return true;
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a handler failed; its connection is closed thread=" + LogField.quoted(name), failure);
            try {
                failureTask.run();
            } catch (Exception again) {
                LOG.log(Level.ERROR, "closing a connection failed", again);
            }
            return false;
        }
    }
}
