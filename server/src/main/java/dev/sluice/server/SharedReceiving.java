package dev.sluice.server;

import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;

/// Buffers of one size to read into. What Netty counts while it reads from a socket it counts anew for each read, and
/// an
/// event loop reads from one socket at a time: so all of a loop's connections share one counter.
final class SharedReceiving extends FixedRecvByteBufAllocator {
    private final FastThreadLocal<ExtendedHandle> ofLoop = new FastThreadLocal<>() {
        @Override
        protected ExtendedHandle initialValue() {
            return handle();
        }
    };

    SharedReceiving(int bytes) {
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
