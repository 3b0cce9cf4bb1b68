package dev.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class after which a buffer was not released. Because classes run concurrently, the buffer may belong to
/// another class: the report lists its accesses. Surefire's configuration installs [LeakRecorder] as Netty's detector,
/// which must happen before the first buffer is allocated.
public final class LeakCheck implements AfterAllCallback {
    /// Marks a buffer that is leaked on purpose.
    static final String CANARY = "left over on purpose";

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getParent().isPresent()
                && context.getParent().get().getTestClass().isPresent()) return;
        List<String> leaks = collect();
        if (!leaks.isEmpty()) throw new AssertionError(leaks.size() + " buffers were left over: " + leaks);
    }

    /// The leaks reported so far. Triggers detection only twice: further garbage collections would delay concurrent
    /// classes, and leaks found later fail a later class.
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
