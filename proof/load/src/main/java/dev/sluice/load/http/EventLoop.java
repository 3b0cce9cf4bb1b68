package dev.sluice.load.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Serves many connections on one thread, through one buffer. For use on that thread, unless stated otherwise.
public final class EventLoop {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long SELECT_MS = 100;

    /// Called before and after a read of a connection.
    public interface Watcher {
        /// Called before a connection reads.
        default void reads() {}

        /// Called after it has read.
        default void hasRead(int bytes) {}

        default void hasWritten(int bytes) {}
    }

    /// A delayed task.
    private record Task(long atNs, Runnable work) {}

    private final Watcher watcher;
    private final Selector selector;
    private final ByteBuffer buffer;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::atNs));
    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    /// @param isTls true if its connections have TLS
    public EventLoop(boolean isTls, Watcher watcher) throws IOException {
        this.watcher = watcher;
        selector = Selector.open();
        // The JDK decrypts arrays, and sockets without TLS fill native memory.
        buffer = isTls ? ByteBuffer.allocate(BUFFER_BYTES) : ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    /// Runs on this thread until [#end], then closes all connections.
    public void run() throws IOException {
        try {
            while (!isOver) {
                selector.select(this::ready, waitMs());
                for (Runnable each; (each = submitted.poll()) != null; ) each.run();
                while (!tasks.isEmpty() && tasks.peek().atNs <= System.nanoTime())
                    tasks.remove().work.run();
            }
        } finally {
            for (var each : connections()) close(each.connection().socket());
            selector.close();
        }
    }

    private long waitMs() {
        if (tasks.isEmpty()) return SELECT_MS;
        return Math.clamp((tasks.peek().atNs - System.nanoTime()) / 1_000_000, 1, SELECT_MS);
    }

    /// Ends the loop. May be called on any thread.
    public void end() {
        isOver = true;
        selector.wakeup();
    }

    /// Runs a task on the loop's thread. May be called on any thread.
    public void execute(Runnable task) {
        submitted.add(task);
        selector.wakeup();
    }

    /// Runs a task later.
    public void after(Duration time, Runnable work) {
        tasks.add(new Task(System.nanoTime() + time.toNanos(), work));
    }

    /// Begins to connect, and then sends the first request.
    public void connect(HttpConnection connection, InetSocketAddress address) {
        var socket = connection.connection().socket();
        try {
            boolean isConnected = socket.connect(address);
            if (isConnected) write(connection);
            socket.register(selector, isConnected ? connection.interest() : SelectionKey.OP_CONNECT, connection);
        } catch (IOException reason) {
            lose(connection, reason);
        }
    }

    /// Sends the bytes that were added to a connection.
    public void flush(HttpConnection connection) {
        var key = connection.connection().socket().keyFor(selector);
        if (key == null || !key.isValid() || (key.interestOps() & SelectionKey.OP_CONNECT) != 0) return;
        try {
            update(key, connection);
        } catch (IOException reason) {
            lose(connection, reason);
        }
    }

    /// Closes a connection, and notifies it.
    public void lose(HttpConnection connection, IOException reason) {
        close(connection.connection().socket()); // Closing also removes it from the selector.
        connection.lost(reason);
    }

    /// Returns the connections that are open, or being opened.
    public List<HttpConnection> connections() {
        return selector.keys().stream()
                .map(each -> (HttpConnection) each.attachment())
                .toList();
    }

    private void ready(SelectionKey key) {
        var connection = (HttpConnection) key.attachment();
        try {
            if (key.isConnectable()) {
                connection.connection().socket().finishConnect();
                write(connection);
            } else if (key.isReadable()) {
                read(connection);
            }
            if (key.isValid()) update(key, connection); // Otherwise it is lost, or the loop has ended.
        } catch (IOException reason) {
            lose(connection, reason);
        }
    }

    private void update(SelectionKey key, HttpConnection connection) throws IOException {
        int interest = connection.interest();
        if ((interest & SelectionKey.OP_WRITE) != 0) {
            write(connection);
            interest = connection.interest();
        }
        if (interest != key.interestOps()) key.interestOps(interest);
    }

    private void read(HttpConnection connection) throws IOException {
        watcher.reads();
        int bytes = connection.read(buffer);
        if (bytes < 0) throw new IOException("the server closed a connection before it answered");
        try {
            connection.take(buffer);
        } finally {
            watcher.hasRead(bytes);
        }
    }

    private void write(HttpConnection connection) throws IOException {
        watcher.hasWritten(connection.write());
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException reason) {
            return; // Closed in any case.
        }
    }
}
