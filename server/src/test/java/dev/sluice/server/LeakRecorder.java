package dev.sluice.server;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// Keeps Netty's reports of leaked buffers for [LeakCheck]. Netty makes it by name.
///
/// @param <T> what is looked after
public final class LeakRecorder<T> extends ResourceLeakDetector<T> {
    static final List<String> REPORTS = new CopyOnWriteArrayList<>();
    private static final AtomicReference<String> LAST_ON_PURPOSE = new AtomicReference<>("");

    /// Whether a buffer with this mark was reported, be the report still here or not.
    static boolean seen(String mark) {
        return LAST_ON_PURPOSE.get().contains(mark);
    }

    public LeakRecorder(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
    }

    @SuppressWarnings("deprecation") // Netty looks for it, and complains if there is none.
    public LeakRecorder(Class<?> resource, int samplingInterval, long maxActive) {
        super(resource, samplingInterval, maxActive);
    }

    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        REPORTS.add(resourceType + records);
        if (records.contains(LeakCheck.CANARY)) LAST_ON_PURPOSE.set(records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        REPORTS.add(resourceType);
    }
}
