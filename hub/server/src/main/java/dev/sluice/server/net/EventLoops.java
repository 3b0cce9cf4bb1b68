package dev.sluice.server.net;

import dev.sluice.core.delivery.schedule.Loop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The event loops of all connections: with Linux's epoll where it is available, else with the JDK's selectors.
public final class EventLoops {
    /// The maximum time that a loop runs tasks before it polls its sockets again. Netty's default is a second:
    /// sockets would wait that long behind readers of history, each of whose turns is a task.
    private static final long TASKS_MS = 10;

    /// Accepts connections for all loops on a dedicated thread: after a restart all clients reconnect at once and
    /// keep the loops busy, and the kernel would refuse connections that exceed its backlog.
    private final EventLoopGroup acceptor;

    private final EventLoopGroup group;
    private final boolean isEpoll = Epoll.isAvailable();
    private final List<ScheduledExecutorService> loops = new ArrayList<>();

    public EventLoops(int count) {
        IoHandlerFactory io = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("sluice-loop", true), io) {
            @Override
            protected IoEventLoop newChild(Executor threads, IoHandlerFactory handlers, Object... none) {
                return new SingleThreadIoEventLoop(
                        this, threads, handlers, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASKS_MS);
            }
        };
        acceptor = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("sluice-accept", true), io);
        group.forEach(loops::add);
    }

    EventLoopGroup acceptor() {
        return acceptor;
    }

    EventLoopGroup group() {
        return group;
    }

    public List<ScheduledExecutorService> all() {
        return List.copyOf(loops);
    }

    boolean isEpoll() {
        return isEpoll;
    }

    Class<? extends ServerChannel> serverChannel() {
        return isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /// The event loops in the form that the dispatchers of the hub use.
    public List<Loop> forDispatchers() {
        return loops.stream().<Loop>map(DispatcherLoop::new).toList();
    }

    private record DispatcherLoop(ScheduledExecutorService loop) implements Loop {
        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public long nowNs() {
            return System.nanoTime();
        }

        @Override
        public void after(long delayNs, Runnable task) {
            loop.schedule(task, delayNs, TimeUnit.NANOSECONDS);
        }
    }

    /// The index of an event loop.
    public int indexOf(Executor loop) {
        return loops.indexOf(loop);
    }

    /// Ends all threads once they have completed their tasks.
    public void close() {
        acceptor.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
