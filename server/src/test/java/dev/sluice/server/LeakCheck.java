package dev.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a class of tests behind which a buffer was left over. As classes run beside each other it may be another's:
/// the
/// report says where the buffer has been.
public final class LeakCheck implements AfterAllCallback {
    private static final List<String> REPORTS = new CopyOnWriteArrayList<>();
    private static final AtomicInteger CANARIES = new AtomicInteger();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // The only one that must be there.
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new Recorder<>(resource, samplingInterval);
            }
        });
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    private static final class Recorder<T> extends ResourceLeakDetector<T> {
        Recorder(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            REPORTS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            REPORTS.add(resourceType);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getParent().isPresent()
                && context.getParent().get().getTestClass().isPresent()) return;
        collect();
        List<String> leaks =
                REPORTS.stream().filter(each -> !each.contains("canary ")).toList();
        REPORTS.clear();
        if (!leaks.isEmpty()) throw new AssertionError(leaks.size() + " buffers were left over: " + leaks);
    }

    /// Leaks a buffer on purpose: once that is reported, all that were lost before it have been.
    private static void collect() {
        String canary = "canary " + CANARIES.incrementAndGet() + ".";
        PooledByteBufAllocator.DEFAULT.heapBuffer(16).touch(canary);
        long deadlineNs = System.nanoTime() + TestServer.PATIENCE.toNanos();
        while (REPORTS.stream().noneMatch(each -> each.contains(canary))) {
            if (System.nanoTime() > deadlineNs) throw new AssertionError("the leak detector does not work");
            System.gc();
            ByteBuf next = PooledByteBufAllocator.DEFAULT.heapBuffer(16); // Looks for what was collected.
            next.release();
        }
    }
}
