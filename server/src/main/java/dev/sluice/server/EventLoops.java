package dev.sluice.server;

import dev.sluice.core.delivery.Loop;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
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
import java.util.concurrent.TimeUnit;

/// The threads that all connections live on: Linux's epoll where it is to be had, else the JDK's own selectors.
final class EventLoops {
    /// Takes connections for all loops, on a thread of its own: when a hub has started anew and everybody comes back
    /// at once, its loops are busy, and the kernel turns away those for whom it has no place.
    private final EventLoopGroup acceptor;

    private final EventLoopGroup group;
    private final boolean isEpoll = Epoll.isAvailable();
    private final List<EventLoop> loops = new ArrayList<>();

    EventLoops(int count) {
        IoHandlerFactory io = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("sluice-loop", true), io);
        acceptor = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("sluice-accept", true), io);
        group.forEach(each -> loops.add((EventLoop) each));
    }

    EventLoopGroup acceptor() {
        return acceptor;
    }

    EventLoopGroup group() {
        return group;
    }

    List<EventLoop> all() {
        return loops;
    }

    boolean isEpoll() {
        return isEpoll;
    }

    Class<? extends ServerChannel> serverChannel() {
        return isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /// The same for those who give readers their turns.
    List<Loop> forReaders() {
        return loops.stream().<Loop>map(TurnLoop::new).toList();
    }

    private record TurnLoop(EventLoop loop) implements Loop {
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

    /// The index of the loop that a connection lives on.
    int indexOf(Channel channel) {
        return loops.indexOf(channel.eventLoop());
    }

    /// Ends all threads once they have done what they are at.
    void close() {
        acceptor.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
