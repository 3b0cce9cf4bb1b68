package dev.sluice.server.net;

import dev.sluice.core.delivery.Loop;
import dev.sluice.core.log.InlineAppend;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The event loops of all connections: with Linux's epoll where it is available, else with the JDK's selectors.
public final class EventLoops {
    /// Accepts connections for all loops, on a thread of its own: after a restart all clients reconnect at once and
    /// keep the loops busy, and the kernel would refuse connections that exceed its backlog.
    private final EventLoopGroup acceptor;

    private final EventLoopGroup group;
    private final boolean isEpoll = Epoll.isAvailable();
    private final List<HandoffEventLoop> loops = new ArrayList<>();
    private final LoopWatchdog watchdog;

    public EventLoops(int count) {
        LoopWatchdog watchdog = new LoopWatchdog(); // The group's constructor makes the loops, which need it.
        this.watchdog = watchdog;
        IoHandlerFactory io = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("sluice-loop", true), io) {
            @Override
            protected IoEventLoop newChild(Executor threads, IoHandlerFactory handlers, Object... none) {
                return new HandoffEventLoop(this, threads, handlers, watchdog);
            }
        };
        acceptor = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("sluice-accept", true), io);
        group.forEach(each -> loops.add((HandoffEventLoop) each));
        watchdog.start(loops);
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

    /// The event loops, as the dispatchers of the hub use them.
    public List<Loop> forDispatchers() {
        return loops.stream().<Loop>map(DispatcherLoop::new).toList();
    }

    private record DispatcherLoop(HandoffEventLoop loop) implements Loop {
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

        @Override
        public void atTurnEnd(Supplier<@Nullable InlineAppend> begun) {
            loop.atTurnEnd(begun);
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
        watchdog.close();
    }
}
