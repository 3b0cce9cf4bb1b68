package dev.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// Fails a test class after which a buffer was not released, or the run if that is found at its end. Because classes
/// run concurrently, the buffer may belong to another class: the report names the place of its allocation, and with the
/// flag for long tests all accesses. Surefire's configuration installs [LeakRecorder] as Netty's detector, which must
/// happen before the first buffer is allocated.
public final class LeakCheck implements AfterAllCallback {
    /// The method of [LeakCheckTest] that leaks a buffer; its name marks the report.
    static final String CANARY = "leakOnPurpose";

    /// A full garbage collection stops all classes that run concurrently, for about a second each: two after each
    /// class took a third of the time of all tests, and two every ten seconds a sixth.
    private static final long PAUSE_NS = Duration.ofMinutes(1).toNanos();

    private static final AtomicLong NEXT_NS = new AtomicLong(System.nanoTime());

    @Override
    public void afterAll(ExtensionContext context) {
        context.getRoot().getStore(Namespace.GLOBAL).computeIfAbsent(LeakCheck.class, _ ->
                (AutoCloseable) LeakCheck::expectNoLeaks);
        if (context.getParent().isPresent()
                && context.getParent().get().getTestClass().isPresent()) return;
        long next = NEXT_NS.get();
        long now = System.nanoTime();
        if (now - next >= 0 && NEXT_NS.compareAndSet(next, now + PAUSE_NS)) expectNoLeaks();
    }

    private static void expectNoLeaks() {
        List<String> leaks = collect();
        if (!leaks.isEmpty()) throw new AssertionError(leaks.size() + " buffers were left over: " + leaks);
    }

    /// The leaks reported so far. Triggers detection only twice: leaks found later fail a later class.
    private static List<String> collect() {
        for (int i = 0; i < 2; i++) detect();
        List<String> all = List.copyOf(LeakRecorder.REPORTS);
        LeakRecorder.REPORTS.removeAll(all);
        return all.stream().filter(each -> !each.contains(CANARY)).toList();
    }

    /// Makes Netty detect buffers that were garbage-collected without being released.
    static void detect() {
        System.gc();
        ByteBuf next = PooledByteBufAllocator.DEFAULT.heapBuffer(16);
        next.release();
    }
}
