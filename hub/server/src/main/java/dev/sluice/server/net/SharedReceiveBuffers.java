package dev.sluice.server.net;

import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;

/// Allocates receive buffers of a fixed size. The handle in which Netty counts reads is reset for each read, and
/// an event loop reads from one socket at a time, so all connections of a loop share one handle.
final class SharedReceiveBuffers extends FixedRecvByteBufAllocator {
    private final FastThreadLocal<ExtendedHandle> ofLoop = new FastThreadLocal<>() {
        @Override
        protected ExtendedHandle initialValue() {
            return handle();
        }
    };

    SharedReceiveBuffers(int bytes) {
        super(bytes);
    }

    @Override
    public ExtendedHandle newHandle() {
        return Thread.currentThread() instanceof FastThreadLocalThread ? ofLoop.get() : handle();
    }

    private ExtendedHandle handle() {
        return (ExtendedHandle) super.newHandle();
    }
}
