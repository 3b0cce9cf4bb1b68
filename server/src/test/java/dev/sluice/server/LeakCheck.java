package dev.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a class of tests behind which a buffer was left over. As classes run beside each other it may be another's:
/// the
/// report says where the buffer has been. Surefire's configuration makes [LeakRecorder] Netty's detector, as it must be
/// before the first buffer.
public final class LeakCheck implements AfterAllCallback {
    private static final AtomicInteger CANARIES = new AtomicInteger();

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getParent().isPresent()
                && context.getParent().get().getTestClass().isPresent()) return;
        List<String> leaks = collect();
        if (!leaks.isEmpty()) throw new AssertionError(leaks.size() + " buffers were left over: " + leaks);
    }

    /// Leaks a buffer on purpose: once that is reported, all that were lost before it have been.
    private static synchronized List<String> collect() {
        String canary = "canary " + CANARIES.incrementAndGet() + ".";
        PooledByteBufAllocator.DEFAULT.heapBuffer(16).touch(canary);
        long deadlineNs = System.nanoTime() + TestServer.PATIENCE.toNanos();
        while (LeakRecorder.REPORTS.stream().noneMatch(each -> each.contains(canary))) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("Netty's leak detector is not ours: set -Dio.netty.customResourceLeakDetector="
                        + LeakRecorder.class.getName());
            }
            System.gc();
            ByteBuf next = PooledByteBufAllocator.DEFAULT.heapBuffer(16); // Looks for what was collected.
            next.release();
        }
        List<String> all = List.copyOf(LeakRecorder.REPORTS);
        LeakRecorder.REPORTS.removeAll(all);
        return all.stream().filter(each -> !each.contains("canary ")).toList();
    }
}
