package dev.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a class of tests behind which a buffer was left over. As classes run beside each other it may be
/// another's: the report says where the buffer has been. Surefire's configuration makes [LeakRecorder]
/// Netty's detector, as it must be before the first buffer.
public final class LeakCheck implements AfterAllCallback {
    /// Marks a buffer that was left over on purpose.
    static final String CANARY = "left over on purpose";

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getParent().isPresent()
                && context.getParent().get().getTestClass().isPresent()) return;
        List<String> leaks = collect();
        if (!leaks.isEmpty()) throw new AssertionError(leaks.size() + " buffers were left over: " + leaks);
    }

    /// What was reported until now. Looks twice and no longer: collecting again and again would hold up the
    /// classes beside this one, and what is found later fails a later class.
    private static List<String> collect() {
        for (int i = 0; i < 2; i++) look();
        List<String> all = List.copyOf(LeakRecorder.REPORTS);
        LeakRecorder.REPORTS.removeAll(all);
        return all.stream().filter(each -> !each.contains(CANARY)).toList();
    }

    /// Has Netty look for buffers that were collected without being released.
    static void look() {
        System.gc();
        ByteBuf next = PooledByteBufAllocator.DEFAULT.heapBuffer(16);
        next.release();
    }
}
