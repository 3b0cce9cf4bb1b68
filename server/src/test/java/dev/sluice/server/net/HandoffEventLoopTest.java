package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.delivery.Loop;
import dev.sluice.core.log.InlineAppend;
import dev.sluice.server.Await;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.ThreadExecutorMap;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// An event loop that goes on with another thread while its own waits for the disk. Most tests look in place of
/// [LoopWatchdog].
final class HandoffEventLoopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicBoolean hasThreads = new AtomicBoolean(true);
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final LoopWatchdog watchdog = new LoopWatchdog();
    private final Group group = new Group();
    private final HandoffEventLoop loop = (HandoffEventLoop) group.next();

    private final class Group extends MultiThreadIoEventLoopGroup {
        Group() {
            super(
                    1,
                    new DefaultThreadFactory("test-loop", true),
                    threads -> new Sockets(NioIoHandler.newFactory().newHandler(threads)));
        }

        @Override
        protected IoEventLoop newChild(Executor all, IoHandlerFactory io, Object... none) {
            Executor counted = task -> {
                if (!hasThreads.get()) throw new OutOfMemoryError("unable to create native thread");
                threads.incrementAndGet();
                all.execute(task);
            };
            return new HandoffEventLoop(this, counted, io, watchdog);
        }
    }

    /// Counts how often the loop looks at its sockets.
    private final class Sockets implements IoHandler {
        private final IoHandler handler;

        Sockets(IoHandler handler) {
            this.handler = handler;
        }

        @Override
        public void initialize() {
            handler.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            looks.incrementAndGet();
            return handler.run(context);
        }

        @Override
        public void prepareToDestroy() {
            handler.prepareToDestroy();
        }

        @Override
        public void destroy() {
            handler.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return handler.register(handle);
        }

        @Override
        public void wakeup() {
            handler.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return handler.isCompatible(type);
        }
    }

    private record Append(Runnable onWrite, Runnable onComplete) implements InlineAppend {
        @Override
        public void write() {
            onWrite.run();
        }

        @Override
        public void complete() {
            onComplete.run();
        }
    }

    private static void fail() {
        throw new OutOfMemoryError("of this test");
    }

    /// A write to a disk that keeps it waiting until it is released.
    private final class Write implements InlineAppend {
        final CountDownLatch disk = new CountDownLatch(1);
        final CompletableFuture<Thread> began = new CompletableFuture<>();
        final CompletableFuture<Boolean> completedOnLoop = new CompletableFuture<>();

        @Override
        public void write() {
            if (loop.inEventLoop()) throw new AssertionError("the loop was not left");
            began.complete(Thread.currentThread());
            await(disk);
        }

        @Override
        public void complete() {
            completedOnLoop.complete(loop.inEventLoop());
        }

        /// Has the loop begin to write.
        Write begin() {
            loop.execute(() -> loop.atTurnEnd(() -> this));
            assertThat(began).succeedsWithin(PATIENCE);
            return this;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) throw new AssertionError("never released");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// As the watchdog, until this loop has gone on with another thread.
    private void handOff() {
        assertThat(loop.look()).isTrue();
        assertThat(loop.look()).isTrue();
    }

    private Thread thread() {
        return CompletableFuture.supplyAsync(Thread::currentThread, loop)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @AfterEach
    void end() throws Exception {
        assertThat(group.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(PATIENCE.toMillis()))
                .isTrue();
    }

    @Test
    void keepsItsThreadIfTheDiskIsQuick() {
        Thread before = thread();
        Write write = new Write();
        write.disk.countDown();
        write.begin();
        assertThat(write.completedOnLoop).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(loop.look()).isTrue();
        assertThat(loop.look()).as("nothing was written since").isFalse();
        assertThat(thread()).isEqualTo(before);
        assertThat(threads).hasValue(1);
    }

    @Test
    void runsItsTasksWhileTheDiskKeepsAWriteWaiting() {
        Thread before = thread();
        Write write = new Write().begin();
        CompletableFuture<Boolean> task = CompletableFuture.supplyAsync(loop::inEventLoop, loop);
        assertThat(loop.look()).isTrue();
        assertThat(task).isNotDone();
        assertThat(loop.look()).isTrue();

        assertThat(task).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(thread()).isNotEqualTo(before);
        assertThat(write.completedOnLoop).isNotDone();
        write.disk.countDown();
        assertThat(write.completedOnLoop).succeedsWithin(PATIENCE).isEqualTo(false);
    }

    /// Otherwise all its buffers would come from pools that threads share, under a lock.
    @Test
    void isAnEventLoopToNettyOnAnotherThreadToo() {
        Write write = new Write().begin();
        handOff();
        assertThat(CompletableFuture.supplyAsync(ThreadExecutorMap::currentExecutor, loop))
                .succeedsWithin(PATIENCE)
                .isEqualTo(loop);
        write.disk.countDown();
    }

    @Test
    void doesNotForgetFurtherWritesOfTheTurn() {
        Write first = new Write();
        Write second = new Write();
        second.disk.countDown();
        loop.execute(() -> {
            loop.atTurnEnd(() -> first);
            loop.atTurnEnd(() -> second);
        });
        assertThat(first.began).succeedsWithin(PATIENCE);
        handOff();
        assertThat(second.completedOnLoop).succeedsWithin(PATIENCE).isEqualTo(true);
        first.disk.countDown();
    }

    @Test
    void takesTurnsWithTwoThreads() {
        for (int i = 0; i < 20; i++) {
            Write write = new Write().begin();
            handOff();
            assertThat(thread()).isNotEqualTo(write.began.join());
            write.disk.countDown();
            assertThat(write.completedOnLoop).succeedsWithin(PATIENCE).isEqualTo(false);
            Await.that(() -> write.began.join().getState() == Thread.State.WAITING); // For the next handoff.
        }
        assertThat(threads).hasValue(2);
    }

    @Test
    void goesOnWithItsOwnThreadIfThereIsNoOther() {
        Thread before = thread();
        Write write = new Write().begin();
        hasThreads.set(false);
        assertThat(loop.look()).isTrue();
        assertThatThrownBy(loop::look).isInstanceOf(OutOfMemoryError.class);
        write.disk.countDown();
        assertThat(write.completedOnLoop).succeedsWithin(PATIENCE);
        assertThat(thread()).isEqualTo(before);

        hasThreads.set(true);
        Write next = new Write().begin();
        handOff();
        assertThat(thread()).isNotEqualTo(before);
        next.disk.countDown();
    }

    @Test
    void endsWhileTheDiskKeepsAWriteWaiting() throws Exception {
        Write write = new Write().begin();
        handOff();
        Thread second = thread();
        Future<?> ended = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        assertThat(second.join(PATIENCE)).isTrue();
        assertThat(ended.isDone()).as("its first thread is still writing").isFalse();
        write.disk.countDown();
        assertThat(ended.await(PATIENCE.toMillis())).isTrue();
        assertThat(write.completedOnLoop).succeedsWithin(PATIENCE);
    }

    /// Also where nothing has to be written, as by a log in memory: a look is a system call.
    @Test
    void runsWhatATurnsEndBringsAboutBeforeItLooksAtItsSockets() {
        CompletableFuture<Integer> between = new CompletableFuture<>();
        loop.execute(() -> loop.atTurnEnd(() -> {
            int before = looks.get();
            loop.execute(() -> between.complete(looks.get() - before));
            return null;
        }));
        assertThat(between).succeedsWithin(PATIENCE).isEqualTo(0);
    }

    @Test
    void runsItsTasksAlthoughEachWriteBringsAboutAnother() {
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch repeated = new CountDownLatch(2);
        try {
            loop.execute(() -> publishAgainAndAgain(repeated, isOver));
            await(repeated);
            assertThat(CompletableFuture.runAsync(() -> {}, loop)).succeedsWithin(PATIENCE);
        } finally {
            isOver.set(true);
        }
    }

    private void publishAgainAndAgain(CountDownLatch repeated, AtomicBoolean isOver) {
        if (isOver.get()) return;
        loop.atTurnEnd(() -> new Append(repeated::countDown, () -> publishAgainAndAgain(repeated, isOver)));
    }

    @Test
    void endsItsLastTurn() {
        Write write = new Write();
        write.disk.countDown();
        loop.addShutdownHook(() -> loop.atTurnEnd(() -> write));
        thread();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        assertThat(write.completedOnLoop).succeedsWithin(PATIENCE);
    }

    @Test
    void endsWhileTheDiskKeepsItsLastWriteWaiting() throws Exception {
        Write write = new Write();
        thread();
        loop.addShutdownHook(() -> loop.atTurnEnd(() -> write));
        Future<?> ended = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        assertThat(write.began).succeedsWithin(PATIENCE);
        handOff();
        write.disk.countDown();
        assertThat(ended.await(PATIENCE.toMillis())).isTrue();
        assertThat(write.completedOnLoop).succeedsWithin(PATIENCE);
    }

    @Test
    void aFailureOfAThreadThatLostItDoesNotEndIt() {
        CountDownLatch disk = new CountDownLatch(1);
        CompletableFuture<Thread> began = new CompletableFuture<>();
        Runnable write = () -> {
            began.complete(Thread.currentThread());
            await(disk);
            fail();
        };
        loop.execute(() -> loop.atTurnEnd(() -> new Append(write, HandoffEventLoopTest::fail)));
        Thread first = began.join();
        handOff();
        Thread second = thread();
        disk.countDown();
        Await.that(() -> first.getState() == Thread.State.WAITING);
        assertThat(thread()).isEqualTo(second);
        Write next = new Write().begin();
        handOff();
        assertThat(thread()).isEqualTo(first);
        next.disk.countDown();
    }

    @Test
    void goesOnAfterFailures() {
        loop.execute(() -> loop.atTurnEnd(() -> new Append(HandoffEventLoopTest::fail, HandoffEventLoopTest::fail)));
        loop.execute(() -> loop.atTurnEnd(() -> {
            throw new IllegalStateException("of this test");
        }));
        Write write = new Write();
        write.disk.countDown();
        assertThat(write.begin().completedOnLoop).succeedsWithin(PATIENCE).isEqualTo(true);
    }

    /// Tasks from several threads, writes that take a while or not, and a watch that hands off at every moment.
    @Test
    void oneThreadRunsItAtAnyTime() throws Exception {
        int sources = 3;
        int each = 5_000;
        AtomicBoolean isInside = new AtomicBoolean();
        AtomicBoolean isOver = new AtomicBoolean();
        Collection<String> wrong = new ConcurrentLinkedQueue<>();
        Set<Thread> runners = ConcurrentHashMap.newKeySet();
        int[] next = new int[sources];
        int[] completed = new int[1]; // Of writes; changed on the loop.
        Thread watch = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                loop.look();
                LockSupport.parkNanos(20_000);
            }
        });
        List<CompletableFuture<Void>> all = IntStream.range(0, sources)
                .mapToObj(source -> CompletableFuture.runAsync(() -> {
                    Random random = new Random(source);
                    for (int i = 0; i < each; i++) {
                        int number = i;
                        long waitNs = random.nextInt(4) == 0 ? random.nextInt(100_000) : 0;
                        loop.execute(() -> {
                            if (!isInside.compareAndSet(false, true)) wrong.add("two threads run the loop");
                            runners.add(Thread.currentThread());
                            if (next[source]++ != number) wrong.add("a task was lost, or is early: " + number);
                            if (!loop.inEventLoop()) wrong.add("the loop does not know its thread");
                            isInside.set(false);
                        });
                        if (i % 10 == 0) {
                            Runnable write = () -> {
                                if (waitNs > 0) LockSupport.parkNanos(waitNs);
                                if (loop.inEventLoop()) wrong.add("the loop was not left");
                            };
                            Runnable complete = () -> loop.execute(() -> completed[0]++);
                            loop.execute(() -> loop.atTurnEnd(() -> new Append(write, complete)));
                        }
                        if (random.nextInt(20) == 0) LockSupport.parkNanos(50_000);
                    }
                }))
                .toList();
        all.forEach(CompletableFuture::join);
        Await.that(() -> CompletableFuture.supplyAsync(() -> completed[0], loop).join() == sources * each / 10);
        isOver.set(true);
        assertThat(watch.join(PATIENCE)).isTrue();

        assertThat(wrong).isEmpty();
        assertThat(next).containsOnly(each);
        assertThat(runners).as("or this shows nothing").hasSizeGreaterThan(1);
    }

    @Test
    void theWatchdogHandsOffByItself() {
        EventLoops loops = new EventLoops(1);
        try {
            Loop only = loops.forDispatchers().getFirst();
            for (int i = 0; i < 3; i++) {
                CountDownLatch written = new CountDownLatch(1);
                CompletableFuture<Void> began = new CompletableFuture<>();
                Runnable write = () -> {
                    began.complete(null);
                    await(written);
                };
                only.execute(() -> only.atTurnEnd(() -> new Append(write, () -> {})));
                assertThat(began).succeedsWithin(PATIENCE);
                assertThat(CompletableFuture.runAsync(() -> {}, only)).succeedsWithin(PATIENCE);
                written.countDown();
            }
        } finally {
            loops.close();
        }
    }

    @Test
    void theWatchdogWakesUpForAWrite() {
        watchdog.start(List.of(loop));
        try {
            for (int i = 0; i < 3; i++) {
                Await.that(watchdog::isAsleep);
                Write write = new Write().begin();
                assertThat(CompletableFuture.runAsync(() -> {}, loop)).succeedsWithin(PATIENCE);
                write.disk.countDown();
                assertThat(write.completedOnLoop).succeedsWithin(PATIENCE).isEqualTo(false);
            }
        } finally {
            watchdog.close();
        }
    }
}
